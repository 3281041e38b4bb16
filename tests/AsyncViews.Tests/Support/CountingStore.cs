using System.Collections.Concurrent;
using System.Reflection;
using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Support;

/// <summary>Counts the calls to a real store, which it passes on.</summary>
public class CountingStore : DispatchProxy
{
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private InMemoryProcessStore _store = null!;
    private int _failingReports;
    private Gate? _looked;

    /// <summary>Tells whether every call fails for now.</summary>
    public bool IsAway { get; set; }

    /// <summary>The one method whose calls fail for now.</summary>
    public string? Fails { get; set; }

    /// <summary>The number of its calls that come before those that fail.</summary>
    public int FailsAfter { get; set; }

    /// <summary>The exception of calls that fail.</summary>
    public Exception Trouble { get; set; } = new StoreUnavailableException("The test has taken it away.");

    /// <summary>Open as long as the store answers who asks for its load.</summary>
    public ManualResetEventSlim Answers { get; } = new(initialState: true);

    /// <summary>The ends of runs that cannot be stored for now.</summary>
    public Func<ProcessOutcome, bool> Refuses { get; set; } = _ => false;

    /// <summary>The number of reports of progress that cannot be stored next.</summary>
    public int FailingReports
    {
        get => Volatile.Read(ref _failingReports);
        set => Volatile.Write(ref _failingReports, value);
    }

    /// <summary>Where a claim waits that was made, and that nobody has heard of yet. As long as it is set, no process is claimed with its acceptance.</summary>
    internal Gate? Claimed { get; set; }

    /// <summary>Where the next one waits who looks for a process, before the store is asked.</summary>
    internal Gate? Looked { get => Volatile.Read(ref _looked); set => Volatile.Write(ref _looked, value); }

    /// <summary>Where an end waits that is stored, and that nobody has heard of yet.</summary>
    internal Gate? Ended { get; set; }

    public int CallsOf(string method) => _calls.GetValueOrDefault(method);

    /// <summary>Puts one around the application's store.</summary>
    internal static void Install(IServiceCollection services)
    {
        services.AddSingleton<InMemoryProcessStore>();
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var store = Create<IProcessStore, CountingStore>();
            ((CountingStore)(object)store)._store = provider.GetRequiredService<InMemoryProcessStore>();
            return store;
        }));
    }

    internal static CountingStore Of(Site site) => Of(site.Services);

    internal static CountingStore Of(IServiceProvider services) => (CountingStore)(object)services.GetRequiredService<IProcessStore>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if ((targetMethod!.Name == Fails && CallsOf(Fails) >= FailsAfter) || (IsAway && targetMethod.Name != "get_Now"))
            throw Trouble;

        if (targetMethod.Name == nameof(IProcessStore.FinishAsync) && Refuses((ProcessOutcome)args![2]!))
            throw new StoreUnavailableException("The test has taken its room.");

        if (targetMethod.Name == nameof(IProcessStore.ReportAsync) && Interlocked.Decrement(ref _failingReports) >= 0)
            throw new StoreUnavailableException("The test has taken it away for a moment.");

        _calls.AddOrUpdate(targetMethod.Name, 1, (_, calls) => calls + 1);
        if (targetMethod.Name == nameof(IProcessStore.GetLoadAsync))
            Answers.Wait();
        if (targetMethod.Name == nameof(IProcessStore.AddAndClaimAsync) && Claimed is not null)
            (targetMethod, args) = (typeof(IProcessStore).GetMethod(nameof(IProcessStore.AddAsync))!, [args![0], null, CancellationToken.None]);

        if (targetMethod.Name == nameof(IProcessStore.FindAsync) && Interlocked.Exchange(ref _looked, null) is { } looked)
            return new ValueTask<ProcessRecord?>(FindAsync((ProcessId)args![0]!, looked));

        var result = targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (targetMethod.Name == nameof(IProcessStore.FinishAsync) && Ended is { } ended)
            return new ValueTask<bool>(PassAsync(((ValueTask<bool>)result!).AsTask(), ended));

        return targetMethod.Name == nameof(IProcessStore.ClaimNextAsync) && Claimed is { } gate
            ? new ValueTask<IReadOnlyList<ClaimedProcess>>(PassAsync(((ValueTask<IReadOnlyList<ClaimedProcess>>)result!).AsTask(), gate)) : result;
    }

    private async Task<ProcessRecord?> FindAsync(ProcessId id, Gate gate)
    {
        await gate.PassAsync();
        return await _store.FindAsync(id);
    }

    private static async Task<bool> PassAsync(Task<bool> end, Gate gate)
    {
        var isStored = await end;
        await gate.PassAsync();
        return isStored;
    }

    private static async Task<IReadOnlyList<ClaimedProcess>> PassAsync(Task<IReadOnlyList<ClaimedProcess>> claim, Gate gate)
    {
        var claimed = await claim;
        if (claimed.Count > 0)
            await gate.PassAsync();
        return claimed;
    }
}
