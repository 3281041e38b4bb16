using System.Collections.Concurrent;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>The database of this store, among those that the application's own connections lead to.</summary>
internal sealed class HomeDatabase(Database database)
{
    private readonly ConcurrentDictionary<string, bool> _isHome = new();

    /// <summary>Tells whether a connection leads to it, and may write to the store's tables.</summary>
    public async Task<bool> IsReachedByAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_isHome.TryGetValue(connection.ConnectionString, out var known))
            return known;

        var own = await database.RunAsync(SchemaSetup.FindKeyAsync, cancellationToken);
        var found = await Database.GuardedAsync(() => SchemaSetup.FindKeyAsync(new Statements(connection)));
        return _isHome[connection.ConnectionString] = found is not null && found.AsSpan().SequenceEqual(own);
    }
}
