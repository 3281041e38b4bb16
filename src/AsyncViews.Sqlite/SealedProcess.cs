namespace AsyncViews.Sqlite;

/// <summary>What is secret of a process to be added.</summary>
internal sealed record SealedProcess(byte[] KeySalt, byte[]? Identity, byte[]? Origin, byte[] Submission, byte[]? RunSecrets, StoredContent Body);

/// <summary>How a process ends. A version of 0 counts on; what is null is left as it is, or absent.</summary>
internal sealed record SealedEnd(ProcessState State, long Version = 0, byte[]? Status = null, byte[]? Response = null, StoredContent? Result = null);

/// <summary>A run that this store has claimed: only it can report, or end.</summary>
internal sealed record ClaimedRun(int Fence, byte[] Key, string? BodyFile);
