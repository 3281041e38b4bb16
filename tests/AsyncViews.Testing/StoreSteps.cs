using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Steps of the contract that are longer on a store.</summary>
public static class StoreSteps
{
    public static readonly ProcessType PageA = ProcessType.OfPage("/A");
    public static readonly ProcessType PageB = ProcessType.OfPage("/B");
    public static readonly ProcessType UnknownPage = ProcessType.OfPage("/Unknown");
    public static readonly ProcessType JobA = ProcessType.OfJob("a");
    public static readonly ProcessType JobB = ProcessType.OfJob("b");
    public static readonly ProcessType UnknownJob = ProcessType.OfJob("unknown");

    /// <summary>The types of all processes that rules are about.</summary>
    public static readonly IReadOnlySet<ProcessType> AllTypes = new HashSet<ProcessType> { PageA, PageB, UnknownPage, JobA, JobB, UnknownJob };

    /// <summary>Claims it for a node that can run everything.</summary>
    public static ValueTask<ClaimedProcess?> ClaimAsync(this IProcessStore store, ProcessId id) => store.ClaimAsync(id, AllTypes);

    /// <summary>The queued processes of these types by their place in the queue.</summary>
    public static async Task<IReadOnlyList<ProcessId>> FindDueAsync(this IProcessStore store, IReadOnlySet<ProcessType> types, int count) =>
        [.. (await store.ListAsync(new ProcessQuery { Count = 1000 }))
            .Where(record => record.State == ProcessState.Queued && types.Contains(record.Type))
            .OrderBy(record => record.Position)
            .Take(count)
            .Select(record => record.Id)];
}
