using AsyncViews.Storage.Sealing;

namespace AsyncViews.Sqlite;

/// <summary>The end of a process. A version of 0 counts on; a null leaves its column as it is.</summary>
internal sealed record SealedEnd(ProcessState State, long Version = 0, byte[]? Status = null, SealedResult? Result = null);

/// <summary>A run that this store has claimed, and the only one that may report or end.</summary>
internal sealed record ClaimedRun(int Fence, RecordKey Key, string? BodyFile);
