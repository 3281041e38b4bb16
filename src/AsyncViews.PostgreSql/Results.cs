using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.PostgreSql;

/// <summary>The captured responses.</summary>
internal sealed class Results(Database database, Contents contents, Vault vault)
{
    public async ValueTask<StoredResult?> OpenAsync(ProcessId id, CancellationToken cancellationToken) =>
        await database.RunApartAsync(db => ProcessTable.FindResultAsync(db, id), cancellationToken) is { } found
            ? await found.Result.OpenAsync(vault.KeyOf(found.KeySalt, id, found.Owner), contents.Open, cancellationToken)
            : null;

    public async ValueTask<bool> MarkServedAsync(ProcessId id) => await database.RunAsync(db => ProcessTable.MarkServedAsync(db, id));
}
