using System.Transactions;
using AsyncViews.EntityFrameworkTests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.EntityFrameworkTests;

/// <summary>The promises of a run in a transaction, wherever its data and its processes are stored.</summary>
public abstract class TransactionContract
{
    protected abstract DatabaseKind Kind { get; }

    [Fact]
    public async Task Success_KeepsAllThatWasSaved()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "first");
            await SaveAsync(shop, process, "second");
            return "done";
        });

        var end = await site.RunAsync(new TransactionArgs());

        end.State.ShouldBe(ProcessState.Succeeded, end.Error);
        end.Progress.IsUncommitted.ShouldBeFalse();
        (await site.ReadNamesAsync()).ShouldBe(["first", "second"]);
        (await site.Processes.GetResultAsync<string>(end.Id, TestContext.Current.CancellationToken)).ShouldBe("done");
    }

    [Fact]
    public async Task LargeResult_IsKeptWithTheWork()
    {
        var text = new string('x', 300_000);
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            return text;
        }, site => site.Services.Configure<AsyncViewsOptions>(options => options.MaxResultBytes = 1_000_000));

        var end = await site.RunAsync(new TransactionArgs());

        end.State.ShouldBe(ProcessState.Succeeded, end.Error);
        (await site.ReadNamesAsync()).ShouldBe(["row"]);
        (await site.Processes.GetResultAsync<string>(end.Id, TestContext.Current.CancellationToken)).ShouldBe(text);
    }

    [Fact]
    public async Task ViewThatReadsLazily_SeesWhatTheRunHasSaved()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));

        var id = (await site.SubmitAsync("/Stock", "lazy")).ShouldNotBeNull();

        var end = await site.EndOfAsync(id);
        end.State.ShouldBe(ProcessState.Succeeded, end.Error);
        (await site.ReadResultAsync(id)).ShouldContain($"<p>lazy of {id}</p>");
        (await site.ReadNamesAsync()).ShouldBe(["lazy"]);
    }

    [Fact]
    public async Task ViewThatFailsWhileItReads_LeavesNothing()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));

        var end = await site.EndOfAsync((await site.SubmitAsync("/Stock", "unreadable")).ShouldNotBeNull());

        (end.State, end.Reason, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, null, true));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ViewThatFailsWhileItReads_IsAnAttemptOfTheRetryPolicy()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));

        var end = await site.EndOfAsync((await site.SubmitAsync("/Stock", "slow at first")).ShouldNotBeNull());

        (end.State, end.Attempt).ShouldBe((ProcessState.Succeeded, 2), end.Error);
        (await site.ReadNamesAsync()).ShouldBe(["slow at first"]);
    }

    [Theory]
    [InlineData(Handling.OfExceptions)]
    [InlineData(Handling.AroundThePage)]
    [InlineData(Handling.OfItsOwnException)]
    public async Task Failure_ThatAFilterOfMvcAnswers_LeavesNothing(string how)
    {
        await using var site = await StartAsync(
            (_, _, _) => how == Handling.OfItsOwnException ? Task.FromResult<string?>(null) : throw new ArithmeticException("bad"),
            site => site.Services.Configure<MvcOptions>(options => options.Filters.Add(new Handling(how))));

        var end = await site.EndOfAsync((await site.SubmitAsync("/Stock", "row")).ShouldNotBeNull());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, true));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_ThatAFilterOfMvcAnswers_IsACancel()
    {
        var saved = new TaskCompletionSource();
        await using var site = await StartAsync(
            (shop, _, process) => SaveUntilCanceledAsync(shop, process, saved),
            site => site.Services.Configure<MvcOptions>(options => options.Filters.Add(new Handling(Handling.OfExceptions))));

        await CancelLeavesNothingAsync(site, (await site.SubmitAsync("/Stock", "row")).ShouldNotBeNull(), saved);
    }

    [Fact]
    public async Task Attributes_OnTheMethodOfAJob_Count()
    {
        var starts = 0;
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, $"start {++starts}");
            return starts == 1 ? throw new TimeoutException() : null;
        }, site => site.AddJob<OnItsMethod>("on-its-method"));

        var end = await site.RunAsync(new MethodArgs());

        (end.State, end.Attempt).ShouldBe((ProcessState.Succeeded, 2), end.Error);
        (await site.ReadNamesAsync()).ShouldBe(["start 2"]);
    }

    [Fact]
    public async Task Context_ThatIsNotTheWorksOwn_IsRefused()
    {
        var hasRun = false;
        await using var site = await StartAsync((_, _, _) =>
        {
            hasRun = true;
            return Task.FromResult<string?>(null);
        }, site => site.Services.Replace(ServiceDescriptor.Transient<Shop, Shop>()));

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, hasRun).ShouldBe((ProcessState.Failed, false));
        end.Error.ShouldNotBeNull().ShouldContain("Register it as scoped.");
    }

    [Fact]
    public async Task Exception_LeavesNothing()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            throw new ArithmeticException("bad");
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, true));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ResultThatCannotBeKept_LeavesNothing()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            return new string('x', 5_000);
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Reason, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, null, true));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_LeavesNothing()
    {
        var saved = new TaskCompletionSource();
        await using var site = await StartAsync((shop, _, process) => SaveUntilCanceledAsync(shop, process, saved));

        await CancelLeavesNothingAsync(site, await site.Jobs.ScheduleAsync(new TransactionArgs(), cancellationToken: TestContext.Current.CancellationToken), saved);
    }

    [Fact]
    public async Task Progress_IsSeenWhileNothingElseIs()
    {
        var (saved, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            process.ReportProgress(50, "half");
            saved.SetResult();
            await go.Task;
            return null;
        });
        var id = await site.Jobs.ScheduleAsync(new TransactionArgs(), cancellationToken: TestContext.Current.CancellationToken);
        await saved.Task;

        var status = await site.Processes.GetStatusAsync(id, TestContext.Current.CancellationToken);

        (status!.Progress.Percent, status.Progress.IsUncommitted).ShouldBe((50, true));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
        go.SetResult();
        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Exception_WithoutATransaction_KeepsWhatWasSaved()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            throw new ArithmeticException("bad");
        }, site => site.UseTransactions<Shop>());

        var end = await site.RunAsync(new PlainArgs());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, false));
        (await site.ReadNamesAsync()).ShouldBe(["row"]);
    }

    [Fact]
    public async Task RetryPolicy_StartsTheWorkAgainAsAnAttempt()
    {
        var starts = 0;
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, $"start {++starts}");
            return starts == 1 ? throw new TimeoutException() : null;
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Attempt).ShouldBe((ProcessState.Succeeded, 2));
        (await site.ReadNamesAsync()).ShouldBe(["start 2"]);
    }

    [Fact]
    public async Task SaveThatFails_AndIsCaught_LosesOnlyItself()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            shop.Items.Add(new Item { Owner = null! });
            await Should.ThrowAsync<DbUpdateException>(() => shop.SaveChangesAsync(process.CancellationToken));
            shop.ChangeTracker.Clear();
            return null;
        });

        (await site.RunAsync(new TransactionArgs())).State.ShouldBe(ProcessState.Succeeded);

        (await site.ReadNamesAsync()).ShouldBe(["row"]);
    }

    [Fact]
    public async Task WorkThatCommitsByItself_Fails_AndNobodySaysThatNothingWasSaved()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            await shop.Database.CommitTransactionAsync(process.CancellationToken);
            return null;
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, false));
        end.Error.ShouldNotBeNull().ShouldContain("[NotTransactional]");
    }

    [Fact]
    public async Task WorkThatCommitsByItselfAndFails_IsNotSaidToHaveSavedNothing()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            await shop.Database.CommitTransactionAsync(process.CancellationToken);
            throw new TimeoutException("This would be tried again.");
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Attempt, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, 1, false));
        (await site.ReadNamesAsync()).ShouldBe(["row"]);
    }

    [Fact]
    public async Task SecondAttempt_WhoseResultCannotBeKept_IsNotSaidToBeDone()
    {
        var starts = 0;
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            return ++starts == 1 ? throw new TimeoutException() : new string('x', 5_000);
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Attempt, end.Reason).ShouldBe((ProcessState.Failed, 2, null));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task OuterFilter_ThatHidesAFailedRun_DoesNotMakeItSucceed()
    {
        await using var site = await StartAsync(
            async (shop, _, process) =>
            {
                await SaveAsync(shop, process, "row");
                return "done";
            },
            site => site.Services.AddSingleton<IProcessRunFilter, Hiding>(),
            context => context.AddInterceptors(new FailingCommit()));

        var end = await site.RunAsync(new TransactionArgs());

        end.State.ShouldBe(ProcessState.Failed);
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task NotTransactional_OnADerivedClass_WinsOverItsBase()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            throw new ArithmeticException("bad");
        }, site => site.AddJob<DerivedPlain>("derived-plain"));

        (await site.RunAsync(new DerivedArgs())).State.ShouldBe(ProcessState.Failed);

        (await site.ReadNamesAsync()).ShouldBe(["row"]);
    }

    [Fact]
    public async Task TransactionScope_AroundTheRun_IsRefused()
    {
        var hasRun = false;
        await using var site = await StartAsync((_, _, _) =>
        {
            hasRun = true;
            return Task.FromResult<string?>(null);
        }, site => site.Services.AddSingleton<IProcessRunFilter, Scoping>());

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, hasRun).ShouldBe((ProcessState.Failed, false));
        end.Error.ShouldNotBeNull().ShouldContain("Remove the scope around it");
    }

    [Fact]
    public async Task ExecutionStrategy_RetriesTheBeginningAndNotTheWork()
    {
        var (beginnings, starts) = (0, 0);
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            starts++;
            await SaveAsync(shop, process, "row");
            throw new TransientException();
        }, options: context => context.ReplaceService<IExecutionStrategyFactory, Retrying>().AddInterceptors(new FailingBeginning(() => ++beginnings == 1)));

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, beginnings, starts).ShouldBe((ProcessState.Failed, 2, 1));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ExecutionStrategy_LetsTheWorkSave()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            return null;
        }, options: context => context.ReplaceService<IExecutionStrategyFactory, Retrying>());

        var end = await site.RunAsync(new TransactionArgs());

        end.State.ShouldBe(ProcessState.Succeeded, end.Error);
        (await site.ReadNamesAsync()).ShouldBe(["row"]);
    }

    [Fact]
    public async Task AfterCommit_IsCalledOnlyForWorkThatIsKept()
    {
        var (fails, called) = (true, 0);
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            shop.Database.GetProcessTransaction().AfterCommit(() =>
            {
                called++;
                throw new ArithmeticException("This changes nothing that is committed.");
            });
            return fails ? throw new ArithmeticException("bad") : null;
        });

        (await site.RunAsync(new TransactionArgs("fails"))).State.ShouldBe(ProcessState.Failed);
        called.ShouldBe(0);
        fails = false;
        (await site.RunAsync(new TransactionArgs("succeeds"))).State.ShouldBe(ProcessState.Succeeded);
        called.ShouldBe(1);
    }

    [Fact]
    public async Task ProcessTransaction_WithoutATransaction_SaysWhatIsMissing()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var scope = site.Scope();
        var (shop, archive) = (scope.ServiceProvider.GetRequiredService<Shop>(), scope.ServiceProvider.GetRequiredService<Archive>());

        Should.Throw<InvalidOperationException>(() => shop.Database.GetProcessTransaction()).Message.ShouldContain("BeginTransactionAsync()");
        await using var transaction = await archive.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        Should.Throw<InvalidOperationException>(() => archive.Database.GetProcessTransaction()).Message.ShouldContain("UseProcessTransactions()");
    }

    [Fact]
    public async Task WaitForFirst_FindsWhatIsWrittenLater_OrSaysThatItDidNot()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var scope = site.Scope();
        var shop = scope.ServiceProvider.GetRequiredService<Shop>();
        var items = shop.Items.Where(item => item.Name == "late").Select(item => item.Name);

        var never = await Should.ThrowAsync<TimeoutException>(() => items.WaitForFirstAsync(1, TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));
        never.Message.ShouldBe("A query for String had no result, asked 2 times within 0.001 seconds.");
        var waiting = items.WaitForFirstAsync(10_000, TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        await using (var other = site.Scope())
        {
            var context = other.ServiceProvider.GetRequiredService<Shop>();
            context.Items.Add(new Item { Owner = "", Name = "late" });
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await waiting).ShouldBe("late");
    }

    protected abstract Task<string> CreateDatabaseAsync();

    protected async Task<ShopSite> StartAsync(Work work, Action<AsyncViewsBuilder>? configure = null, Action<DbContextOptionsBuilder>? options = null, Func<HttpContext, RequestDelegate, Task>? middleware = null)
    {
        var connectionString = await CreateDatabaseAsync();
        await DatabaseKinds.CreateTablesAsync(Kind, connectionString);
        return await ShopSite.StartAsync(Kind, connectionString, work, configure, options, middleware);
    }

    private static async Task<string?> SaveUntilCanceledAsync(Shop shop, ProcessContext process, TaskCompletionSource saved)
    {
        await SaveAsync(shop, process, "row");
        saved.SetResult();
        await Task.Delay(Timeout.Infinite, process.CancellationToken);
        return null;
    }

    private static async Task CancelLeavesNothingAsync(ShopSite site, ProcessId id, TaskCompletionSource saved)
    {
        await saved.Task;

        await site.Processes.CancelAsync(id, TestContext.Current.CancellationToken);

        var end = await site.EndOfAsync(id);
        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Canceled, true));
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    protected static Task SaveAsync(Shop shop, ProcessContext process, string name)
    {
        shop.Items.Add(new Item { Owner = process.Id.ToString(), Name = name });
        return shop.SaveChangesAsync(process.CancellationToken);
    }

    /// <summary>Makes a response of what went wrong, as applications do for all their pages.</summary>
    private sealed class Handling(string how) : IExceptionFilter, IPageFilter
    {
        public const string OfExceptions = "as an exception filter";

        public const string AroundThePage = "as a page filter";

        public const string OfItsOwnException = "as an exception filter, of what a page filter throws";

        public void OnException(ExceptionContext context)
        {
            if (how != AroundThePage)
                context.Result = new ContentResult { Content = "It is handled." };
        }

        public void OnPageHandlerSelected(PageHandlerSelectedContext context)
        {
        }

        public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
        {
        }

        public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
        {
            if (how == OfItsOwnException && context.HttpContext.Features.Get<ProcessContext>() is not null)
                throw new ArithmeticException("bad");

            if (how == AroundThePage && context.Exception is not null)
                (context.ExceptionHandled, context.Result) = (true, new ContentResult { Content = "It is handled." });
        }
    }

    private sealed class Hiding : IProcessRunFilter
    {
        public int Order => -1;

        public async Task InvokeAsync(ProcessRunContext context, Func<Task> next)
        {
            try
            {
                await next();
            }
            catch (TransientException)
            {
                // As a filter would that logs, and forgets to throw.
            }
        }
    }

    private sealed class Scoping : IProcessRunFilter
    {
        public int Order => -1;

        public async Task InvokeAsync(ProcessRunContext context, Func<Task> next)
        {
            using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
            await next();
        }
    }
}
