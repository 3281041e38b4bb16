using AsyncViews.Endpoints;
using AsyncViews.Http;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewComponents;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace AsyncViews;

/// <summary>
/// Shows the list 'my processes' on any page of the application: <c>&lt;vc:my-processes /&gt;</c>, or
/// <c>@await Component.InvokeAsync("MyProcesses")</c>. Its buttons and its updates need <c>MapMyProcesses</c>; without it,
/// the list only contains links.
/// </summary>
public sealed class MyProcessesViewComponent : ViewComponent
{
    /// <summary>Called by the framework.</summary>
    public async Task<IViewComponentResult> InvokeAsync()
    {
        PrivateHeaders.KeepFromCaches(HttpContext);
        var services = HttpContext.RequestServices;
        var page = await ListAsync(services);
        var head = services.GetRequiredService<HeadElements>().AskForPart(HttpContext, page.Polls, page.ShowsLocalTimes);
        return new Result(head, View(ProcessView.PathOf("_EmbeddedList"), page));
    }

    /// <summary>The page around it is worth more than the list: where the store is away, it says so.</summary>
    private async Task<MyProcessesViewModel> ListAsync(IServiceProvider services)
    {
        try
        {
            return await services.GetRequiredService<OwnProcesses>().ListAsync(HttpContext, embedded: true);
        }
        catch (StoreException)
        {
            var texts = services.GetRequiredService<IStringLocalizer<Strings>>();
            return new MyProcessesViewModel { Processes = [], Embedded = true, Problem = texts["Unavailable.Short"] };
        }
    }

    /// <summary>The head's elements stand before it where the layout's head has none of the framework's tag helpers.</summary>
    private sealed class Result(IHtmlContent head, ViewViewComponentResult view) : IViewComponentResult
    {
        public void Execute(ViewComponentContext context) => ExecuteAsync(context).GetAwaiter().GetResult();

        public Task ExecuteAsync(ViewComponentContext context)
        {
            context.Writer.Write(head);
            return view.ExecuteAsync(context);
        }
    }
}
