using AsyncViews.Running;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Running;

/// <summary>The start of a node with a queue: the first run has the processor to itself, and nobody waits long for it.</summary>
public sealed class InProcessEngineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-engine-");
    private readonly FakeTimeProvider _time = Clock.Start();
    private readonly Gate _first = new();
    private readonly Gate _second = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Start_WithAQueue_BeginsWithOneRunAndTheRestWithItsEnd()
    {
        await using var site = await StartWithTwoQueuedAsync();
        await _first.Entered;
        (await site.Processes.ListAllAsync()).ShouldContain(process => process.State == ProcessState.Queued);

        _first.Open();

        await _second.Entered;
    }

    [Fact]
    public async Task Start_WithALongRunAtTheFrontOfItsQueue_BeginsTheRestSoon()
    {
        await using var site = await StartWithTwoQueuedAsync();
        await _first.Entered;

        await Eventually.BeTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(500));
                return _second.IsEntered;
            },
            "the second run");
        _first.Open();
    }

    [Fact]
    public async Task Start_WithALongRunAtTheFrontOfItsQueue_BeginsTheRestWithTheNextSubmission()
    {
        await using var site = await StartWithTwoQueuedAsync();
        await _first.Entered;

        await site.Jobs().ScheduleAsync(new Order("third"));

        await _second.Entered;
        _first.Open();
    }

    private async Task<Site> StartWithTwoQueuedAsync()
    {
        _second.Open();
        await using (var before = await StartAsync(services => services.Replace(ServiceDescriptor.Singleton<IProcessEngine, PermitEngine>())))
        {
            await before.Jobs().ScheduleAsync(new Order("first"));
            await before.Jobs().ScheduleAsync(new Order("second"));
        }

        return await StartAsync(_ => { });
    }

    private Task<Site> StartAsync(Action<IServiceCollection> services) => JobSite.StartAsync(
        async (text, _, token) =>
        {
            if (text == "first")
                await _first.PassAsync(token);
            else if (text == "second")
                await _second.PassAsync(token);
            return null;
        },
        setup =>
        {
            setup.Time = _time;
            setup.Services = every =>
            {
                every.AddAsyncViews().UseSqlite($"Data Source={_folder.FullName}/jobs.db");
                services(every);
            };
        });
}
