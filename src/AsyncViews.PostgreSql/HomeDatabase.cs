using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>The database of this store, among those that the application's own connections lead to.</summary>
internal sealed class HomeDatabase(Database database)
{
    private readonly ConcurrentDictionary<(string Database, uint TableOfKey), bool> _isHome = new();

    /// <exception cref="NotSupportedException">The transaction is not in this database, or may not write to the store's tables.</exception>
    public async Task ThrowIfElsewhereAsync(DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (transaction is { Connection: NpgsqlConnection connection } && !await IsReachedByAsync(connection, cancellationToken))
            throw new NotSupportedException("The transaction is in another database than the PostgreSQL store, or in another schema, or may not write to the store's tables.");
    }

    /// <summary>Tells whether a connection leads to it, and may write to the store's tables.</summary>
    public async Task<bool> IsReachedByAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Asked every time: the search path and the role of a connection may change from one transaction to the next.
        var db = new Statements(connection);
        if (await Database.UndoubtedAsync(() => SchemaSetup.FindTableOfKeyAsync(db)) is not { } table)
            return false;

        if (_isHome.TryGetValue((connection.ConnectionString, table), out var known))
            return known;

        var own = await database.RunApartAsync(SchemaSetup.ReadKeyAsync, cancellationToken);
        var found = await Database.UndoubtedAsync(() => SchemaSetup.ReadKeyAsync(db));
        return _isHome[(connection.ConnectionString, table)] = found is not null && found.AsSpan().SequenceEqual(own);
    }
}
