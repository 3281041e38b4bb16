using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>A handler's <see cref="ProcessContext"/> is none of what is sent: <see cref="HandlerFilter"/> gives it to the run. Each pass has its own validation attributes.</summary>
internal sealed class ProcessBinding : IPostConfigureOptions<MvcOptions>
{
    public void PostConfigure(string? name, MvcOptions options)
    {
        options.ModelMetadataDetailsProviders.Add(new ExcludeBindingMetadataProvider(typeof(ProcessContext)));
        options.ModelValidatorProviders.Add(new MarkedValidators());
    }
}
