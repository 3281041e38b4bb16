using System.ComponentModel;
using AsyncViews.Capture;
using AsyncViews.Endpoints;
using AsyncViews.Http;
using AsyncViews.Results;
using AsyncViews.Running.Replay;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews;

/// <summary>
/// A page with a slow POST handler. Derive from it and rename <c>OnPostAsync</c> to <see cref="RunAsync"/>. The POST is
/// answered at once, the work runs in the background as the page's own handler would, and the person sees a waiting page
/// until it shows exactly the response that the handler produced.
/// </summary>
[PageEntrance]
[ProcessEndpoints]
[SubmissionAntiforgery]
[ResultFailure(ResultLayer.Result)]
[ResultFailure(ResultLayer.Filters)]
[ResultFailure(ResultLayer.TempData)]
public abstract class AsyncPageModel : PageModel, IAsyncPage
{
    /// <summary>
    /// The page's default POST handler, run in the background. A page can do without it: <see cref="AsyncHandlerAttribute"/> runs
    /// other handlers in the same way. Bound properties, uploads, ModelState, User, Url, TempData and the
    /// culture are those of the POST. Session is read as the POST had it; authentication tokens are not available.
    /// </summary>
    /// <param name="process">The running process, to which the handler reports progress.</param>
    /// <param name="cancellationToken">
    /// Signalled when the person cancels or the host stops. An <see cref="OperationCanceledException"/> then ends the process: as Canceled after a cancel, and as
    /// Interrupted after a stop of the host, unless <see cref="RerunAfterCrashAttribute"/> lets it start again.
    /// </param>
    /// <returns>Any result: <see cref="PageModel.Page"/> shows this page with its computed properties, a file is downloaded, a redirect is followed.</returns>
    protected virtual Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());

    /// <summary>
    /// Returns whether a POST to a background handler starts a process; otherwise the form is shown again. By default, it does if
    /// ModelState is valid.
    /// </summary>
    /// <remarks>The name of the handler is in <c>RouteData.Values["handler"]</c> or in <c>Request.Query["handler"]</c>, as always in Razor Pages.</remarks>
    protected virtual bool ShouldRunProcess() => ModelState.IsValid;

    /// <inheritdoc cref="ShouldRunProcess" />
    protected virtual Task<bool> ShouldRunProcessAsync() => Task.FromResult(ShouldRunProcess());

    /// <summary>
    /// The form, for a GET if the page has no OnGet, and after a POST that starts no process. An override replaces what
    /// <see cref="InitialPageAsync"/> does by default.
    /// </summary>
    protected virtual IActionResult InitialPage() => Page();

    /// <summary>
    /// The form, for a GET if the page has no OnGet, and after a POST that starts no process. By default, it is the page after
    /// its own OnGet or OnGetAsync, or <see cref="InitialPage"/> if that is overridden or the page has no OnGet.
    /// </summary>
    /// <remarks>
    /// The OnGet runs as on a GET of the same address: its parameters are bound from route and query, and bound properties and
    /// ModelState are those of a GET. A result other than the page is the answer. Afterwards, bound properties and ModelState
    /// are again as posted. Page filters do not run again.
    /// </remarks>
    protected virtual async Task<IActionResult> InitialPageAsync() => await OwnGet.Of(PageContext.ActionDescriptor).RunAsync(this) ?? InitialPage();

    /// <summary>
    /// The waiting page. The default is the view <c>/Pages/Shared/_AsyncViews/Processing.cshtml</c> with the title of the
    /// process. An override can replace the title in ViewData["Title"].
    /// </summary>
    /// <param name="status">The current status of the process.</param>
    protected virtual IActionResult ProcessingPage(ProcessStatus status)
    {
        var process = HttpContext.Features.GetRequiredFeature<ProcessViewModel>() with { Title = ViewData["Title"]?.ToString() };
        var view = ProcessView.Page("Processing", process, StatusCodes.Status200OK);
        foreach (var (key, value) in ViewData)
            view.ViewData.TryAdd(key, value);
        return view;
    }

    /// <summary>The framework's entry point for the waiting page.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IActionResult OnGetProcessing()
    {
        // What the form's POST left for the page after it is not for this one.
        TempData.Keep();

        // Filters of the page, [ResponseCache] among them, have said what its form may do.
        PrivateHeaders.KeepFromCaches(HttpContext);
        var status = HttpContext.Features.GetRequiredFeature<ProcessViewModel>().Status;
        ViewData["Title"] = status.Title;
        var page = ProcessingPage(status);
        PageViewData.Fill(this, page);
        return page;
    }

    Task<bool> IAsyncPage.ShouldRunProcessAsync() => ShouldRunProcessAsync();

    Task<IActionResult> IAsyncPage.InitialPageAsync() => InitialPageAsync();
}
