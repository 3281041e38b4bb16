using Npgsql;
using NpgsqlTypes;

namespace AsyncViews.PostgreSql;

/// <summary>Runs statements on one connection, with positional parameters.</summary>
/// <param name="connection">The connection.</param>
/// <param name="before">A statement that goes before each round trip; null for none.</param>
internal sealed class Statements(NpgsqlConnection connection, Statement? before = null)
{
    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, params NpgsqlParameter[] parameters)
    {
        await using var batch = Batch([new(sql, parameters)]);
        return await batch.ExecuteNonQueryAsync();
    }

    /// <summary>Runs statements that may take as long as they need: neither a large table nor the turns of others keep a node from starting.</summary>
    public async Task ExecutePatientlyAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Returns the first row as <paramref name="read"/> makes of it; default if there is none.</summary>
    public async Task<T?> QueryFirstAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params NpgsqlParameter[] parameters) => (await QueryEachAsync([new(sql, parameters)], read))[0];

    /// <summary>Returns every row as <paramref name="read"/> makes of it.</summary>
    public Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params NpgsqlParameter[] parameters) => QueryLastAsync([new(sql, parameters)], read);

    /// <summary>Runs statements in one round trip and one transaction, and returns the first row of each as <paramref name="read"/> makes of it; default if there is none.</summary>
    public async Task<List<T?>> QueryEachAsync<T>(IEnumerable<Statement> statements, Func<NpgsqlDataReader, T> read)
    {
        await using var batch = Batch(statements);
        await using var reader = await ReadAsync(batch);
        var first = new List<T?>();
        do
        {
            first.Add(await reader.ReadAsync() ? read(reader) : default);
        }
        while (await reader.NextResultAsync());
        return first;
    }

    /// <summary>Runs statements, each of which returns rows, in one round trip and one transaction, and returns every row of the last as <paramref name="read"/> makes of it.</summary>
    public async Task<List<T>> QueryLastAsync<T>(Statement[] statements, Func<NpgsqlDataReader, T> read)
    {
        await using var batch = Batch(statements);
        await using var reader = await ReadAsync(batch);
        var rows = new List<T>();
        for (var passed = 1; passed < statements.Length; passed++)
            await reader.NextResultAsync();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    private NpgsqlBatch Batch(IEnumerable<Statement> statements)
    {
        var batch = new NpgsqlBatch(connection);
        if (before is { } first)
            batch.BatchCommands.Add(first.ToCommand());
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement.ToCommand());
        return batch;
    }

    private async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch)
    {
        var reader = await batch.ExecuteReaderAsync();
        if (before is null)
            return reader;

        try
        {
            await reader.NextResultAsync();
            return reader;
        }
        catch
        {
            // Until it is closed, the connection takes no other statement, such as the end of the transaction.
            await reader.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A statement with its positional parameters.</summary>
internal readonly record struct Statement(string Sql, params NpgsqlParameter[] Parameters)
{
    public NpgsqlBatchCommand ToCommand()
    {
        var command = new NpgsqlBatchCommand(Sql);
        command.Parameters.AddRange(Parameters);
        return command;
    }
}

/// <summary>Parameters with their types, so that a null does not change the prepared statement.</summary>
internal static class Parameter
{
    public static NpgsqlParameter Text(string? value) => Of(NpgsqlDbType.Text, value);

    public static NpgsqlParameter Texts(IEnumerable<string?>? values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Text, values?.ToArray());

    public static NpgsqlParameter Types(IEnumerable<ProcessType> types) => Texts(types.Select(type => type.ToString()));

    public static NpgsqlParameter Bytes(byte[]? value) => Of(NpgsqlDbType.Bytea, value);

    public static NpgsqlParameter BytesOfEach(IEnumerable<byte[]?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Bytea, values.ToArray());

    public static NpgsqlParameter Int(int value) => new NpgsqlParameter<int> { TypedValue = value };

    public static NpgsqlParameter Ints(IEnumerable<int> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Integer, values.ToArray());

    public static NpgsqlParameter Long(long? value) => Of(NpgsqlDbType.Bigint, value);

    public static NpgsqlParameter Longs(IEnumerable<long> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, values.ToArray());

    public static NpgsqlParameter Bool(bool value) => new NpgsqlParameter<bool> { TypedValue = value };

    public static NpgsqlParameter Bools(IEnumerable<bool> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Boolean, values.ToArray());

    public static NpgsqlParameter Uuid(Guid? value) => Of(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Uuids(IEnumerable<Guid?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Uuid, values.ToArray());

    public static NpgsqlParameter Time(DateTimeOffset? value) => Of(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    public static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, values.Select(value => value?.UtcDateTime).ToArray());

    public static NpgsqlParameter Span(TimeSpan value) => new NpgsqlParameter<TimeSpan> { TypedValue = value };

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
