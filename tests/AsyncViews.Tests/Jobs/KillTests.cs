using System.Collections.Concurrent;
using AsyncViews.Jobs;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>A node is killed after each step that its store takes, and another one goes on with what is stored.</summary>
public sealed class KillTests
{
    private static readonly string[] Sent = ["1", "2", "stop"];

    [Fact]
    public async Task Kill_BetweenAnyTwoSteps_KeepsQuotasMessagesAndRecurringStarts()
    {
        for (var steps = 1; ; steps++)
        {
            var folder = Directory.CreateTempSubdirectory("asyncviews-kill-");
            try
            {
                if (await new Trial(folder.FullName).RunAsync(steps))
                    continue;

                steps.ShouldBeGreaterThan(14, "as many steps are taken from the first to the last");
                return;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    /// <summary>One node that is killed, and one that is not, at one database.</summary>
    private sealed class Trial(string folder)
    {
        private readonly FakeTimeProvider _time = Clock.Start();
        private readonly ConcurrentQueue<string> _read = new();
        private readonly List<ProcessId> _accepted = [];
        private int _acknowledged;

        /// <returns>Whether the first node was killed: false if it took fewer steps.</returns>
        public async Task<bool> RunAsync(int steps)
        {
            bool wasKilled;
            using (var first = await StartAsync(steps))
            {
                var store = KilledStore.Of(first.Services);
                try
                {
                    await WorkAsync(first, () => store.IsDead);
                }
                catch (StoreUnavailableException)
                {
                    store.IsDead.ShouldBeTrue();
                }

                wasKilled = store.IsDead;
            }

            using var second = await StartAsync(int.MaxValue);
            await WorkAsync(second, () => false);
            await JudgeAsync(second.Services.GetRequiredService<IProcessManager>());
            await second.StopAsync();
            return wasKilled;
        }

        /// <summary>Does what has not been acknowledged so far, and waits for the rest.</summary>
        private async Task WorkAsync(IHost node, Func<bool> isDead)
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

            await UntilAsync(async () => isDead() || await HaveEndedAsync(processes, _accepted), "the end of both");
            await UntilAsync(async () => isDead() || (await StartsAsync(processes)).Any(start => start.State.IsEnded()), "a recurring start", TimeSpan.FromHours(1));
            await UntilAsync(async () => isDead() || (await StartsAsync(processes)).Any(start => start.NotBefore > _time.GetUtcNow()), "the start after it");
        }

        private async Task JudgeAsync(IProcessManager processes)
        {
            foreach (var id in _accepted)
                (await processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Succeeded);
            var starts = await StartsAsync(processes);
            starts.DistinctBy(start => start.NotBefore).Count().ShouldBe(starts.Count);
            foreach (var id in _accepted)
                _read.Where(read => read.StartsWith(id.ToString(), StringComparison.Ordinal)).Distinct().ShouldBe(Sent.Select(text => $"{id} {text}"));
        }

        private async Task<IHost> StartAsync(int steps)
        {
            var atOnce = 0;
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.Services.AddSingleton(new JobScript { Run = ReadAsync });
            builder.Services.AddAsyncViews(options => options.Quotas["scarce"] = 1).AddJob<ScarceJob>("scarce").AddJob<OrderJob>("order").UseSqlite($"Data Source={folder}/jobs.db")
                .AddRecurring("daily", new Order("daily"), "daily", after => new DateTimeOffset(after.UtcDateTime.Date.AddDays(1), TimeSpan.Zero));
            KilledStore.Install(builder.Services, steps);
            var host = builder.Build();
            await host.StartAsync();
            return host;

            async Task<object?> ReadAsync(string text, ProcessContext process, CancellationToken cancellationToken)
            {
                if (text == "daily")
                    return null;

                Interlocked.Increment(ref atOnce).ShouldBe(1, "under the quota");
                await foreach (var message in process.Messages.WithCancellation(cancellationToken))
                {
                    _read.Enqueue($"{process.Id} {message.Read<string>()}");
                    if (message.Read<string>() == "stop")
                        break;
                }

                Interlocked.Decrement(ref atOnce);
                return null;
            }
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

        private static Task<IReadOnlyList<ProcessStatus>> StartsAsync(IProcessManager processes) => processes.ListAllAsync(new ProcessQuery { Metadata = RecurringStarts.Mark });

        private Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? step = null) => Eventually.BeTrueAsync(async () =>
        {
            _time.Advance(step ?? TimeSpan.FromMilliseconds(500));
            return await condition();
        }, what);
    }

    private sealed record Scarce;

    [Quota("scarce"), RerunAfterCrash(2)]
    private sealed class ScarceJob(JobScript script) : IJob<Scarce>
    {
        public Task RunAsync(Scarce args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync("", process, cancellationToken);
    }
}
