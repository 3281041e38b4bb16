using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>The captured responses.</summary>
internal sealed class Results(StoreFiles files, Transactions transactions)
{
    public StoredResult? Open(ProcessId id)
    {
        if (files.Database.Read(db => ProcessTable.FindResult(db, id)) is not { } found)
            return null;

        var key = files.Vault.KeyOf(found.KeySalt);
        return new StoredResult(
            Vault.Open(key, Purposes.Response, found.Response), found.Body.Open(files.Content.Folder, key, Purposes.Result).OpenRead());
    }

    public async ValueTask<bool> MarkServedAsync(ProcessId id) => await transactions.RunAsync(unit => ProcessTable.MarkServed(unit.Db, id));
}
