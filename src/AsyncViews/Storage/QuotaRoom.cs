namespace AsyncViews.Storage;

/// <summary>Counts the places that a claim takes under quotas, for stores that go through what waits one by one.</summary>
/// <param name="quotas">The limits, see <see cref="IProcessStore.ClaimNextAsync"/>.</param>
/// <param name="countRunning">Counts the running processes under a quota, once for each.</param>
public sealed class QuotaRoom(IReadOnlyDictionary<string, int>? quotas, Func<string, int> countRunning)
{
    private readonly Dictionary<string, int> _free = [];

    /// <summary>Returns the number of processes under this quota that may still start.</summary>
    public int FreeUnder(string? quota)
    {
        if (string.IsNullOrEmpty(quota) || quotas is null || !quotas.TryGetValue(quota, out var limit))
            return int.MaxValue;

        if (!_free.TryGetValue(quota, out var free))
            _free.Add(quota, free = limit - countRunning(quota));
        return Math.Max(free, 0);
    }

    /// <summary>Takes a place under this quota, if one is free.</summary>
    public bool TryTake(string? quota)
    {
        var free = FreeUnder(quota);
        if (free is not (0 or int.MaxValue))
            _free[quota!] = free - 1;
        return free > 0;
    }
}
