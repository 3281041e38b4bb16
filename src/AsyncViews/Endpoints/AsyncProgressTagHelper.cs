using AsyncViews.Endpoints;
using AsyncViews.Http;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews;

/// <summary>
/// Shows the live progress of one process on any page of the application: <c>&lt;async-progress process-id="@id" /&gt;</c>.
/// At the end, it becomes a link to the result. It shows nothing if the process is unknown or belongs to somebody else.
/// </summary>
[HtmlTargetElement("async-progress", Attributes = "process-id")]
public sealed class AsyncProgressTagHelper : TagHelper
{
    /// <summary>The process, as <see cref="AsyncViews.ProcessId.ToString"/> writes it.</summary>
    [HtmlAttributeName("process-id")]
    public string? ProcessId { get; set; }

    /// <summary>Set by the framework.</summary>
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var http = ViewContext.HttpContext;
        PrivateHeaders.KeepFromCaches(http);
        output.TagName = null;
        output.Content.Clear();
        if (await FindAsync() is not { } process)
            return;

        var html = http.RequestServices.GetRequiredService<IHtmlHelper>();
        ((IViewContextAware)html).Contextualize(ViewContext);
        var polls = !process.Status.IsEnded;
        output.Content.AppendHtml(http.RequestServices.GetRequiredService<HeadElements>().AskForPart(http, polls, script: polls));
        output.Content.AppendHtml(await html.PartialAsync(ProcessView.PathOf("_Embedded"), process));
    }

    /// <summary>The page around it is worth more: where the store is away, nothing is shown.</summary>
    private async Task<ProcessViewModel?> FindAsync()
    {
        try
        {
            return await ViewContext.HttpContext.RequestServices.GetRequiredService<OwnProcesses>().DescribeAsync(ViewContext.HttpContext, ProcessId);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }
}
