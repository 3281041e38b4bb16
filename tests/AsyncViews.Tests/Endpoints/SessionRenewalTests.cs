using AsyncViews.Tests.Management;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Endpoints;

/// <summary>Pages that ask by themselves, with a script or without, keep no session alive that would have ended.</summary>
public sealed class SessionRenewalTests
{
    /// <summary>More than half of the two weeks after which a cookie of ASP.NET Core ends: the next request renews it.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromDays(8);

    [Theory]
    [InlineData("/my-processes", false)]
    [InlineData(AdminSite.Path, false)]
    [InlineData(AdminSite.Path + "/processes/{id}", false)]
    [InlineData("/Work?handler=processing&process_id={id}", false)]
    [InlineData("/my-processes?refresh=0", true)]
    [InlineData(AdminSite.Path + "?refresh=0", true)]
    [InlineData(AdminSite.Path + "/processes", true)]
    [InlineData("/Work", true)]
    public async Task Session_OfAPageThatIsOpened_IsRenewedUnlessThePageLoadsItselfAnew(string path, bool renewed)
    {
        var time = Clock.Start();
        await using var site = await AdminSite.StartAsync(WaitAsync, configure: setup =>
        {
            setup.Time = time;
            var others = setup.Endpoints;
            setup.Endpoints = app =>
            {
                others?.Invoke(app);
                app.MapMyProcesses();
            };
        });
        using var manager = await site.BrowseAsAsync("manager");
        var submitted = await manager.SubmitAsync("/Work");

        time.Advance(Later);
        using var opened = await manager.GetAsync(path.Replace("{id}", submitted.Id.ToString()));

        opened.EnsureSuccessStatusCode();
        (opened.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith(".AspNetCore.Cookies="))).ShouldBe(renewed);
    }

    private static async Task<IActionResult> WaitAsync(ScriptedModel page, ProcessContext process, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return page.Page();
    }
}
