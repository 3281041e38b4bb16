namespace AsyncViews.Storage.InMemory;

/// <summary>The process that stands for each submission, guarded by the store's lock.</summary>
internal sealed class InMemorySubmissionKeys(TimeProvider time)
{
    private readonly Dictionary<string, InMemoryProcess> _processes = [];

    public InMemoryProcess? Find(string? key) =>
        key is not null && _processes.TryGetValue(key, out var process) && process.Record.StandsForSubmission(time.GetUtcNow()) ? process : null;

    public void Add(InMemoryProcess process)
    {
        if (process.SubmissionKey is { } key)
            _processes[key] = process;
    }

    public void Remove(InMemoryProcess process)
    {
        if (process.SubmissionKey is { } key && _processes.TryGetValue(key, out var current) && current == process)
            _processes.Remove(key);
    }
}
