using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Steps of the contract that are longer on a store.</summary>
public static class StoreSteps
{
    /// <summary>The types of all processes that rules are about.</summary>
    public static readonly IReadOnlySet<string> AllTypes = new HashSet<string> { "page:/A", "page:/B", "page:/Unknown", "job:a", "job:b", "job:unknown" };

    /// <summary>Claims it for a node that can run everything.</summary>
    public static ValueTask<ClaimedProcess?> ClaimAsync(this IProcessStore store, ProcessId id, string node) => store.ClaimAsync(id, AllTypes, node);

    /// <summary>The queued processes of these types by their place in the queue.</summary>
    public static async Task<IReadOnlyList<ProcessId>> FindDueAsync(this IProcessStore store, IReadOnlySet<string> types, int count) =>
        [.. (await store.ListAsync(null, 1000))
            .Where(record => record.State == ProcessState.Queued && types.Contains(record.Type))
            .OrderBy(record => record.Position)
            .Take(count)
            .Select(record => record.Id)];
}
