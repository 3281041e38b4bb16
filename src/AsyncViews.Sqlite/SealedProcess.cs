namespace AsyncViews.Sqlite;

/// <summary>What is secret of a process to be added.</summary>
internal sealed record SealedProcess(byte[] KeySalt, byte[]? Identity, byte[]? Origin, byte[] Submission, byte[]? RunSecrets, StoredContent Body);
