using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>The captured responses.</summary>
internal sealed class Results(StoreFiles files, Transactions transactions)
{
    public async ValueTask<StoredResult?> OpenAsync(ProcessId id, CancellationToken cancellationToken) =>
        files.Database.Read(db => ProcessTable.FindResult(db, id)) is { } found
            ? await found.Result.OpenAsync(files.Vault.KeyOf(found.KeySalt, id, found.Owner), files.Content.Open, cancellationToken)
            : null;

    public async ValueTask<bool> MarkServedAsync(ProcessId id) => await transactions.RunAsync(unit => ProcessTable.MarkServed(unit.Db, id));
}
