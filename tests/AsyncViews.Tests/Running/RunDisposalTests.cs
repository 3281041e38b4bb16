using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Running;

/// <summary>Services that cannot be disposed of after a run: they take nothing from what it came to.</summary>
public sealed class RunDisposalTests
{
    [Fact]
    public async Task Job_WhoseScopeCannotBeDisposed_SucceedsAtItsFirstAttempt()
    {
        await using var site = await StartAsync();

        var id = await site.Jobs().ScheduleAsync(new Sticky(Fails: false));

        await Eventually.BeTrueAsync(() => site.Log.Entries.Any(entry => entry.Exception?.Message == Glue.Message), "the log of the disposal");
        (await site.EndOfAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Succeeded),
            status => status.Attempt.ShouldBe(1));
    }

    [Fact]
    public async Task Job_ThatFailsAndWhoseScopeCannotBeDisposed_FailsForItsOwnReason()
    {
        await using var site = await StartAsync();

        var id = await site.Jobs().ScheduleAsync(new Sticky(Fails: true), new ScheduleOptions { MaxAttempts = 1 });

        (await site.EndOfAsync(id)).Error.ShouldNotBeNull().ShouldContain(nameof(ArithmeticException));
    }

    [Fact]
    public async Task Page_WhoseScopeCannotBeDisposed_ShowsItsResult()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.EndAsync()).ShouldBe("succeeded");
        (await site.EndOfAsync(submitted.Id)).State.ShouldBe(ProcessState.Succeeded);
    }

    private static Task<Site> StartAsync() => Site.StartAsync(setup =>
    {
        setup.Run = (page, _, _) =>
        {
            page.HttpContext.RequestServices.GetRequiredService<Glue>();
            return Task.FromResult<IActionResult>(null!);
        };
        setup.Services = services => services.AddScoped<Glue>().AddAsyncViews().AddJob<StickyJob>("sticky");
    });

    public sealed record Sticky(bool Fails);

    [RetryOnFailure(3)]
    public sealed class StickyJob(Glue glue) : IJob<Sticky>
    {
        public Task RunAsync(Sticky args, ProcessContext process, CancellationToken cancellationToken)
        {
            glue.ShouldNotBeNull();
            return args.Fails ? throw new ArithmeticException() : Task.CompletedTask;
        }
    }

    public sealed class Glue : IDisposable
    {
        public const string Message = "It sticks.";

        public void Dispose() => throw new InvalidOperationException(Message);
    }
}
