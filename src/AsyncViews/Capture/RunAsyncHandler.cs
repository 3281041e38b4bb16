using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>Makes a page's <see cref="AsyncPageModel.RunAsync"/> its default POST handler, which is otherwise like every other.</summary>
/// <param name="parts">Null in an application without Razor Pages, which runs jobs only.</param>
internal sealed class RunAsyncHandler(IPageApplicationModelPartsProvider? parts = null) : IPageApplicationModelProvider
{
    /// <summary>After the framework's own, before the application's conventions.</summary>
    public int Order => 0;

    public void OnProvidersExecuting(PageApplicationModelProviderContext context)
    {
        var page = context.PageApplicationModel;
        if (!page.HandlerType.IsAssignableTo(typeof(IAsyncPage)) || AsyncHandlers.RunAsyncOf(page.HandlerType) is not { } method)
            return;

        var handler = new PageHandlerModel(method, method.GetCustomAttributes(inherit: true)) { Name = method.Name, HttpMethod = "Post", Page = page };
        foreach (var parameter in method.GetParameters().Select(parts!.CreateParameterModel))
        {
            parameter.Handler = handler;
            handler.Parameters.Add(parameter);
        }

        page.HandlerMethods.Add(handler);
    }

    public void OnProvidersExecuted(PageApplicationModelProviderContext context)
    {
    }
}

/// <summary>A handler's <see cref="ProcessContext"/> is none of what is sent: <see cref="HandlerFilter"/> gives it to the run. Each pass has its own validation attributes.</summary>
internal sealed class BindingOptions : IPostConfigureOptions<MvcOptions>
{
    public void PostConfigure(string? name, MvcOptions options)
    {
        options.ModelMetadataDetailsProviders.Add(new ExcludeBindingMetadataProvider(typeof(ProcessContext)));
        options.ModelValidatorProviders.Add(new MarkedValidators());
    }
}
