using System.Collections.Concurrent;
using System.Diagnostics;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AsyncViews.Testing;

/// <summary>The rules that a durable store keeps when its node is killed after any of the steps that it takes, and another one goes on with what is stored.</summary>
public abstract class KillContract
{
    /// <summary>The number of trials at the same time. Each has a store of its own.</summary>
    private const int Together = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Sent = ["1", "2", "stop"];

    [Fact]
    public async Task Kill_BetweenAnyTwoSteps_KeepsQuotasMessagesAndRecurringStarts()
    {
        for (var steps = 1; (await Task.WhenAll(Enumerable.Range(steps, Together).Select(TryAsync))).All(wasKilled => wasKilled); steps += Together)
            steps.ShouldBeLessThan(1000, "it ends after so many steps");
    }

    private async Task<bool> TryAsync(int steps)
    {
        var place = await CreatePlaceAsync();
        var wasKilled = await new Trial(builder => Use(builder, place), steps).RunAsync();
        if (!wasKilled)
            steps.ShouldBeGreaterThan(14, "as many steps are taken from the first to the last");
        return wasKilled;
    }

    /// <summary>Creates an empty place for a store.</summary>
    protected abstract Task<string> CreatePlaceAsync();

    /// <summary>Keeps processes in the store at this place.</summary>
    protected abstract void Use(AsyncViewsBuilder builder, string place);

    /// <summary>One node that is killed, and one that is not, at one store.</summary>
    private sealed class Trial(Action<AsyncViewsBuilder> use, int steps)
    {
        private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        private readonly Work _work = new();
        private readonly List<ProcessId> _accepted = [];
        private int _acknowledged;

        /// <returns>Whether the first node was killed: false if it took fewer steps.</returns>
        public async Task<bool> RunAsync()
        {
            bool wasKilled;
            using (var first = await StartAsync(steps))
            {
                var store = KilledStore.Of(first.Services);
                try
                {
                    await DoAsync(first, () => store.IsDead);
                }
                catch (StoreUnavailableException)
                {
                    store.IsDead.ShouldBeTrue();
                }

                wasKilled = store.IsDead;
            }

            _work.IsBroken.ShouldBeFalse("more than the quota allows have run at once");
            _work.Reset();
            using var second = await StartAsync(int.MaxValue);
            await DoAsync(second, () => false);
            await JudgeAsync(second.Services.GetRequiredService<IProcessManager>());
            await second.StopAsync();
            return wasKilled;
        }

        /// <summary>Does what has not been acknowledged so far, and waits for the rest.</summary>
        private async Task DoAsync(IHost node, Func<bool> isDead)
        {
            var (jobs, processes) = (node.Services.GetRequiredService<IJobScheduler>(), node.Services.GetRequiredService<IProcessManager>());
            _accepted.AddRange((await processes.ListAllAsync(new ProcessQuery { Type = ProcessType.OfJob("scarce") })).Select(status => status.Id).Except(_accepted).ToList());
            while (_accepted.Count < 2)
                _accepted.Add(await jobs.ScheduleAsync(new Scarce()));
            for (; _acknowledged < Sent.Length; _acknowledged++)
            {
                foreach (var id in _accepted)
                    (await processes.SendAsync(id, Sent[_acknowledged])).ShouldBeOneOf(SendOutcome.Sent, SendOutcome.AlreadyEnded);
            }

            await UntilAsync(processes, async () => isDead() || await HaveEndedAsync(processes, _accepted), "the end of both");
            await UntilAsync(processes, async () => isDead() || (await processes.ListAllAsync(new ProcessQuery { State = ProcessState.Running })).Count == 0, "the end of what was lost");
            await UntilAsync(processes, async () => isDead() || (await StartsAsync(processes)).Any(start => start.State.IsEnded()), "a recurring start", TimeSpan.FromHours(1));
            await UntilAsync(processes, async () => isDead() || (await StartsAsync(processes)).Any(start => start.NotBefore > _time.GetUtcNow()), "the start after it");
        }

        private async Task JudgeAsync(IProcessManager processes)
        {
            _work.IsBroken.ShouldBeFalse("more than the quota allows have run at once");
            foreach (var id in _accepted)
            {
                (await processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Succeeded);
                _work.Read.Where(read => read.Id == id).Select(read => read.Text).Distinct().ShouldBe(Sent);
            }

            var starts = await StartsAsync(processes);
            starts.DistinctBy(start => start.NotBefore).Count().ShouldBe(starts.Count);
        }

        private async Task<IHost> StartAsync(int steps)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.Services.AddSingleton(_work);
            use(builder.Services.AddAsyncViews(options =>
                {
                    options.Quotas["scarce"] = 1;
                    options.Lease = TimeSpan.FromSeconds(2);
                    options.SweepInterval = TimeSpan.FromMilliseconds(200);
                }).AddJob<ScarceJob>("scarce").AddJob<DailyJob>("daily")
                .AddRecurring("daily", new Daily(), "daily", after => new DateTimeOffset(after.UtcDateTime.Date.AddDays(1), TimeSpan.Zero)));
            KilledStore.Install(builder.Services, steps);
            var host = builder.Build();
            await host.StartAsync();
            return host;
        }

        private static async Task<bool> HaveEndedAsync(IProcessManager processes, IEnumerable<ProcessId> ids)
        {
            foreach (var id in ids)
            {
                if (!(await processes.GetStatusAsync(id))!.IsEnded)
                    return false;
            }

            return true;
        }

        private static Task<IReadOnlyList<ProcessStatus>> StartsAsync(IProcessManager processes) => processes.ListAllAsync(new ProcessQuery { Type = ProcessType.OfJob("daily") });

        private async Task UntilAsync(IProcessManager processes, Func<Task<bool>> condition, string what, TimeSpan? step = null)
        {
            // Hearts beat in real time, which a lease must not outrun.
            var last = TimeSpan.Zero;
            for (var began = Stopwatch.StartNew(); !await condition(); await Task.Delay(10))
            {
                if (began.Elapsed > Patience)
                    throw new TimeoutException($"Killed after {steps} steps, not within {Patience}: {what}. {string.Join("; ", await processes.ListAllAsync())}");
                _time.Advance(step ?? began.Elapsed - last);
                last = began.Elapsed;
            }
        }
    }

    private sealed class Work
    {
        private int _atOnce;

        public ConcurrentQueue<(ProcessId Id, string Text)> Read { get; } = new();

        public bool IsBroken { get; private set; }

        /// <summary>Forgets the runs of a node that was killed.</summary>
        public void Reset() => _atOnce = 0;

        public async Task ReadAsync(ProcessContext process, CancellationToken cancellationToken)
        {
            IsBroken |= Interlocked.Increment(ref _atOnce) > 1;
            await foreach (var message in process.Messages.WithCancellation(cancellationToken))
            {
                Read.Enqueue((process.Id, message.Read<string>()!));
                if (message.Read<string>() == Sent[^1])
                    break;
            }

            Interlocked.Decrement(ref _atOnce);
        }
    }

    private sealed record Scarce;

    [Quota("scarce"), RerunAfterCrash(2)]
    private sealed class ScarceJob(Work work) : IJob<Scarce>
    {
        public Task RunAsync(Scarce args, ProcessContext process, CancellationToken cancellationToken) => work.ReadAsync(process, cancellationToken);
    }

    private sealed record Daily;

    private sealed class DailyJob : IJob<Daily>
    {
        public Task RunAsync(Daily args, ProcessContext process, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
