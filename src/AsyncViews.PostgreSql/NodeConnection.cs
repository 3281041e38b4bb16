using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The connection that a node keeps for its lifetime. It holds the node's lock, and hears what other nodes change.</summary>
internal sealed class NodeConnection(Database database, ChangeChannel channel) : IAsyncDisposable
{
    /// <summary>The time without news after which it is tried whether the connection is still there.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    private const int ProbeTimeoutSeconds = 5;

    private NpgsqlConnection? _connection;

    /// <summary>The number of the lock. Each connection has another: the server may keep the lock of one that broke.</summary>
    public int Number { get; private set; }

    /// <summary>Opens the connection, and takes its lock.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        var number = RandomNumberGenerator.GetInt32(int.MaxValue);
        var connection = await database.Source.OpenApartAsync(cancellationToken);
        try
        {
            await new Statements(connection).ExecuteAsync("SELECT pg_advisory_lock($1, $2)", Int(Locks.Nodes), Int(number));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        (_connection, Number) = (connection, number);
    }

    /// <summary>Hears what other nodes change. The first is always that something may have been missed.</summary>
    /// <exception cref="StoreUnavailableException">The connection broke.</exception>
    public async IAsyncEnumerable<ProcessChange> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heard = new Queue<string>();
        void Hear(object sender, NpgsqlNotificationEventArgs notification) => heard.Enqueue(notification.Payload);
        try
        {
            await Database.GuardedAsync(async () =>
            {
                if (_connection is not { FullState: System.Data.ConnectionState.Open })
                    await OpenAsync(cancellationToken);
                _connection!.Notification += Hear;
                return await new Statements(_connection).ExecuteAsync($"LISTEN {channel.Identifier}");
            });
            yield return new ProcessChange(ProcessChangeKind.Unknown);

            while (true)
            {
                while (heard.TryDequeue(out var message))
                {
                    foreach (var change in channel.Read(message))
                        yield return change;
                }

                await Database.GuardedAsync(() => WaitAsync(cancellationToken));
            }
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is not { } connection)
            return;

        await using (connection)
        {
            try
            {
                await using var leave = new NpgsqlCommand("UNLISTEN *; SELECT pg_advisory_unlock_all()", connection) { CommandTimeout = ProbeTimeoutSeconds };
                await leave.ExecuteNonQueryAsync();
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
            {
                // It is broken, and with it the lock is gone.
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (await _connection!.WaitAsync(ProbeInterval, cancellationToken))
            return true;

        await using var probe = new NpgsqlCommand("SELECT 1", _connection) { CommandTimeout = ProbeTimeoutSeconds };
        await probe.ExecuteNonQueryAsync(cancellationToken);
        return false;
    }
}
