using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;

namespace AsyncViews.Tests.Jobs;

/// <summary>The owner of the processes that a run starts and lists.</summary>
public sealed class JobOwnerTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Run_ThatStartsAJob_ShowsItAndTheListToWhoeverSubmitted(bool signedIn, bool parked)
    {
        var due = parked ? new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero) : TimeProvider.System.GetUtcNow().AddHours(1);
        Site? running = null;
        var scheduled = new TaskCompletionSource<ProcessId>();
        IReadOnlyList<ProcessStatus> listed = [];
        await using var site = await JobSite.StartAsync(configure: setup =>
        {
            setup.Endpoints = app => app.MapJobs();
            setup.Run = async (page, process, token) =>
            {
                if (page is not FollowingModel following)
                    return page.Page();

                var id = await running!.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { NotBefore = due }, token);
                scheduled.SetResult(id);
                following.Followed = id.ToString();
                listed = await running!.Processes.ListAsync(page.HttpContext, cancellationToken: token);
                return page.Page();
            };
        });
        running = site;
        using var stranger = site.Browse();
        await (await stranger.SubmitAsync("/Work")).EndAsync();
        await site.Jobs().ScheduleAsync(new Order("nobody's"));
        using var browser = site.Browse();
        if (signedIn)
            await browser.SignInAsync("ann");

        var submitted = await browser.SubmitAsync("/Following");
        var result = Browser.Parse(await submitted.ReadResultAsync());

        var job = await scheduled.Task;
        result.QuerySelector($"section #av-poll-{job}").ShouldNotBeNull();
        result.QuerySelectorAll(".av-list tbody th").Select(row => row.TextContent.Trim()).ShouldBe(["Order", "Following"]);
        listed.Select(status => status.Id).ShouldBe([job, submitted.Id]);
    }
}
