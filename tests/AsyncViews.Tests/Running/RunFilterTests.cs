using System.Collections.Concurrent;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Tests.Running;

/// <summary>Filters of the application around every run, of pages and of jobs.</summary>
public class RunFilterTests
{
    private readonly Steps _steps = new();

    [Fact]
    public async Task Filters_OfAPage_SurroundItsWorkAndItsResultInTheirOrder()
    {
        await using var site = await StartAsync(setup => setup.Run = (page, _, _) =>
        {
            page.HttpContext.Response.OnStarting(() =>
            {
                _steps.Add("result");
                return Task.CompletedTask;
            });
            _steps.Add("work");
            return Task.FromResult<IActionResult>(page.Content("done"));
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.ReadResultAsync()).ShouldBe("done");
        _steps.Taken.ShouldBe(["outer begins", "inner begins", "work", "result", "inner ends", "outer ends"]);
        var run = _steps.Runs.First();
        (run.Process.Id, run.Type, run.HttpContext?.Request.Path.Value).ShouldBe((submitted.Id, ProcessType.OfPage("/Work"), "/Work"));
    }

    [Fact]
    public async Task Filters_OfAJob_SurroundItsWorkAndSeeItsAttributes()
    {
        await using var site = await StartAsync(run: (_, _, _) =>
        {
            _steps.Add("work");
            return Task.FromResult<object?>(null);
        });

        var id = await site.Jobs().ScheduleAsync(new Errand(1));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        _steps.Taken.ShouldBe(["outer begins", "inner begins", "work", "inner ends", "outer ends"]);
        var run = _steps.Runs.First();
        (run.Process.Id, run.Type, run.HttpContext).ShouldBe((id, ProcessType.OfJob("errand"), null));
        run.Metadata.GetMetadata<RetryOnFailureAttribute>().ShouldNotBeNull().MaxAttempts.ShouldBe(3);
    }

    [Fact]
    public async Task Filters_DoNotSurroundTheSelfTest()
    {
        await using var site = await StartAsync();

        var id = await site.Jobs().StartTestJobAsync(TimeSpan.Zero);

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        _steps.Taken.ShouldBeEmpty();
    }

    [Fact]
    public async Task Filter_OfANamedHandler_SeesTheHandlersAttributes()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        await (await browser.PostAsync("/Exports?handler=Nothing", Browser.Form(await browser.TokenFieldAsync("/Exports")))).EndAsync();

        _steps.Runs.First().Metadata.GetMetadata<AsyncHandlerAttribute>().ShouldNotBeNull();
    }

    [Fact]
    public async Task Filter_SharesTheScopeOfTheWork()
    {
        Clerk? ofWork = null;
        await using var site = await StartAsync(setup => setup.Run = (page, _, _) =>
        {
            ofWork = page.HttpContext.RequestServices.GetRequiredService<Clerk>();
            return Task.FromResult<IActionResult>(page.Page());
        });
        using var browser = site.Browse();

        await (await browser.SubmitAsync("/Work")).EndAsync();

        _steps.Clerks.Distinct().ShouldBe([ofWork.ShouldNotBeNull()]);
    }

    [Fact]
    public async Task Filter_AroundWorkThatFails_SeesItsExceptionAndTheRunFails()
    {
        await using var site = await StartAsync(run: (_, _, _) => throw new ArithmeticException("bad"));

        var id = await site.Jobs().ScheduleAsync(new Order("bad"));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Failed);
        _steps.Taken.ShouldBe(["outer begins", "inner begins", "inner sees ArithmeticException", "outer sees ArithmeticException"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Filter_ThatFailsAfterTheWork_FailsTheRunAndLeavesNoResult(bool isPage)
    {
        _steps.AtTheEnd = () => throw new InvalidOperationException("The transaction could not be committed.");
        await using var site = await StartAsync();
        using var browser = site.Browse();

        var id = isPage ? (await browser.SubmitAsync("/Work")).Id : await site.Jobs().ScheduleAsync(new Order("done"));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Failed);
        var record = (await site.Services.GetRequiredService<IProcessStore>().FindAsync(id))!;
        record.Reason.ShouldBeNull();
        record.Error.ShouldNotBeNull().ShouldContain("could not be committed");
        (await site.Processes.OpenResultAsync(id)).ShouldBeNull();
    }

    [Theory]
    [InlineData("fails", "Nothing was saved, so you can send it again.")]
    [InlineData("is canceled", "It was stopped while it was running. Nothing was saved.")]
    [InlineData("cannot be shown", "Nothing was saved, so you can send it again.")]
    public async Task Filter_WithATransaction_TellsPeopleAndScriptsThatNothingWasSaved(string end, string text)
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = services => services.AddSingleton<IProcessRunFilter, Transacting>();
            setup.Options = options => options.MaxResultBytes = 50_000;
            setup.Run = async (page, _, token) =>
            {
                if (end == "is canceled")
                    await gate.PassAsync(token);
                return end == "fails" ? throw new ArithmeticException("bad") : page.Content(new string('x', 100_000));
            };
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");
        if (end == "is canceled")
        {
            await gate.Entered;
            await site.Processes.CancelAsync(submitted.Id);
        }

        using var page = await submitted.OpenResultAsync();
        (await page.Content.ReadAsStringAsync()).ShouldContain(text);
        using var problem = await browser.GetAsync(submitted.Result, ("Accept", "application/json"));
        (await problem.Content.ReadAsStringAsync()).ShouldContain(text);
    }

    [Fact]
    public async Task Filter_ThatCommitsWhileTheStoreIsAway_WaitsForIt()
    {
        var time = Clock.Start();
        await using var site = await StartCommittingAsync(time, failingReports: 3);

        var id = await site.Jobs().ScheduleAsync(new Order("done"));

        await Eventually.BeTrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return (await site.Processes.GetStatusAsync(id))!.IsEnded;
            },
            "the end");
        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Cancel_OfAFilterThatWaitsForTheStore_IsStillACancel()
    {
        await using var site = await StartCommittingAsync(Clock.Start(), failingReports: int.MaxValue);
        var id = await site.Jobs().ScheduleAsync(new Order("done"));
        await Eventually.BeTrueAsync(() => CountingStore.Of(site).FailingReports is > 0 and < int.MaxValue, "a report that fails");

        await site.Processes.CancelAsync(id);

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Canceled);
    }

    [Fact]
    public async Task Filter_ThatHidesHowTheWorkEnded_FailsTheRunAndSaysWhatIsWrong()
    {
        _steps.HidesExceptions = true;
        await using var site = await StartAsync(run: (_, _, _) => throw new ArithmeticException("bad"));

        var id = await site.Jobs().ScheduleAsync(new Order("bad"));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Failed);
        (await site.Services.GetRequiredService<IProcessStore>().FindAsync(id))!.Error.ShouldNotBeNull().ShouldContain("Call next() once, and let its exceptions pass.");
    }

    [Fact]
    public async Task Cancel_OfWorkInsideAFilter_IsStillACancel()
    {
        var gate = new Gate();
        await using var site = await StartAsync(run: async (_, _, token) =>
        {
            await gate.PassAsync(token);
            return null;
        });
        var id = await site.Jobs().ScheduleAsync(new Order("long"));
        await gate.Entered;

        await site.Processes.CancelAsync(id);

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Canceled);
        _steps.Taken.Last().ShouldBe("outer sees TaskCanceledException");
    }

    /// <summary>The inner one is registered first.</summary>
    private Task<Site> StartAsync(Action<SiteSetup>? configure = null, Func<string, ProcessContext, CancellationToken, Task<object?>>? run = null) => JobSite.StartAsync(run, setup =>
    {
        setup.Services = services => services.AddSingleton(_steps).AddScoped<IProcessRunFilter, Inner>().AddScoped<IProcessRunFilter, Outer>();
        configure?.Invoke(setup);
    });

    private sealed class Steps
    {
        private readonly ConcurrentQueue<string> _taken = new();

        public IEnumerable<string> Taken => _taken;

        public ConcurrentQueue<ProcessRunContext> Runs { get; } = new();

        public ConcurrentQueue<Clerk> Clerks { get; } = new();

        public Action AtTheEnd { get; set; } = () => { };

        public bool HidesExceptions { get; set; }

        public void Add(string step) => _taken.Enqueue(step);
    }

    private static Task<Site> StartCommittingAsync(TimeProvider time, int failingReports) => JobSite.StartAsync(configure: setup =>
    {
        setup.Time = time;
        setup.Services = services =>
        {
            CountingStore.Install(services);
            services.AddSingleton<IProcessRunFilter>(new Committing(failingReports));
        };
    });

    /// <summary>Commits its transaction while the store is away for so many reports.</summary>
    private sealed class Committing(int failingReports) : IProcessRunFilter
    {
        public async Task InvokeAsync(ProcessRunContext context, Func<Task> next)
        {
            await using var connection = new SqliteConnection("Data Source=:memory:");
            await connection.OpenAsync();
            await using var own = await connection.BeginTransactionAsync();
            var transaction = new ProcessTransaction(own);
            await context.BeginTransactionAsync(transaction);
            await next();
            (await context.TryEndInAsync(transaction)).ShouldBeFalse();
            CountingStore.Of(context.Services).FailingReports = failingReports;
            await context.NoteCommitAsync();
            await transaction.CommitAsync();
        }
    }

    private sealed class Transacting : IProcessRunFilter
    {
        public async Task InvokeAsync(ProcessRunContext context, Func<Task> next)
        {
            await using var connection = new SqliteConnection("Data Source=:memory:");
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await context.BeginTransactionAsync(new ProcessTransaction(transaction));
            await next();
        }
    }

    private abstract class Filter(Steps steps, Clerk clerk, string name) : IProcessRunFilter
    {
        public abstract int Order { get; }

        public async Task InvokeAsync(ProcessRunContext context, Func<Task> next)
        {
            steps.Runs.Enqueue(context);
            steps.Clerks.Enqueue(clerk);
            steps.Add($"{name} begins");
            try
            {
                await next();
            }
            catch (Exception exception)
            {
                steps.Add($"{name} sees {exception.GetType().Name}");
                if (steps.HidesExceptions)
                    return;
                throw;
            }

            steps.AtTheEnd();
            steps.Add($"{name} ends");
        }
    }

    private sealed class Inner(Steps steps, Clerk clerk) : Filter(steps, clerk, "inner")
    {
        public override int Order => 10;
    }

    private sealed class Outer(Steps steps, Clerk clerk) : Filter(steps, clerk, "outer")
    {
        public override int Order => -10;
    }
}
