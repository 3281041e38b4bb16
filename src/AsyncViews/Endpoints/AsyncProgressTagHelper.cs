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
/// At the end, it becomes a link to the result. With <c>&lt;async-progress group="@reference" /&gt;</c>, it shows one progress for a
/// group. It shows nothing if the process is unknown or belongs to somebody else. Of a group, it counts only the person's own processes.
/// </summary>
[HtmlTargetElement("async-progress", Attributes = "process-id")]
[HtmlTargetElement("async-progress", Attributes = "group")]
public sealed class AsyncProgressTagHelper : TagHelper
{
    /// <summary>The process, as <see cref="AsyncViews.ProcessId.ToString"/> writes it.</summary>
    [HtmlAttributeName("process-id")]
    public string? ProcessId { get; set; }

    /// <summary>The reference of the group, see <see cref="ScheduleOptions.Group"/>.</summary>
    [HtmlAttributeName("group")]
    public string? Group { get; set; }

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
        if (Group is not null && await FindAsync(services => services.GetRequiredService<GroupEndpoint>().DescribeAsync(http, Group)) is { } group)
            await ShowAsync(output, "_Group", group, polls: group.PollAddress is not null);
        else if (ProcessId is not null && await FindAsync(services => services.GetRequiredService<OwnProcesses>().DescribeAsync(http, ProcessId)) is { } process)
            await ShowAsync(output, "_Embedded", process, polls: !process.Status.IsEnded);
    }

    private async Task ShowAsync(TagHelperOutput output, string view, object model, bool polls)
    {
        var http = ViewContext.HttpContext;
        var html = http.RequestServices.GetRequiredService<IHtmlHelper>();
        ((IViewContextAware)html).Contextualize(ViewContext);
        output.Content.AppendHtml(http.RequestServices.GetRequiredService<HeadElements>().AskForPart(http, polls, script: polls));
        output.Content.AppendHtml(await html.PartialAsync(ProcessView.PathOf(view), model));
    }

    /// <summary>The page around it is worth more: where the store is away, nothing is shown.</summary>
    private async Task<TModel?> FindAsync<TModel>(Func<IServiceProvider, Task<TModel?>> describe)
        where TModel : class
    {
        try
        {
            return await describe(ViewContext.HttpContext.RequestServices);
        }
        catch (StoreException)
        {
            return null;
        }
    }
}
