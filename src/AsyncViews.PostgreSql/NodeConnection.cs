using System.Globalization;
using System.Runtime.CompilerServices;
using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The connection that a node keeps for its lifetime. It holds the node's lock, and hears what other nodes change.</summary>
internal sealed class NodeConnection(Database database, Channel channel) : IAsyncDisposable
{
    /// <summary>The time without news after which it is tried whether the connection is still there.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    private const int ProbeTimeoutSeconds = 5;

    private NpgsqlConnection? _connection;
    private int _number;

    /// <summary>Opens the connection, and takes the lock with this number.</summary>
    public async Task OpenAsync(int number, CancellationToken cancellationToken)
    {
        _number = number;
        var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        try
        {
            await new Statements(connection).ExecuteAsync("SELECT pg_try_advisory_lock($1, $2)", Int(Locks.Nodes), Int(number));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        _connection = connection;
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
                    await OpenAsync(_number, cancellationToken);
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
            _connection!.Notification -= Hear;
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            await connection.DisposeAsync();
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

/// <summary>The channel on which nodes tell each other what they change. One message holds many changes.</summary>
/// <param name="schema">The schema of the tables: two applications in one database have a channel each.</param>
internal sealed class Channel(string schema)
{
    /// <summary>PostgreSQL refuses messages of 8,000 bytes and more.</summary>
    private const int LongestMessage = 7900;

    private readonly string _sender = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];

    public string Name { get; } = $"asyncviews.{schema}";

    public string Identifier => $"\"{Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Writes changes into as few messages as possible.</summary>
    public IEnumerable<string> Write(IEnumerable<ProcessChange> changes)
    {
        var message = new System.Text.StringBuilder(_sender);
        foreach (var change in changes.Distinct())
        {
            var text = $" {(int)change.Kind}{change.Id}";
            if (message.Length + text.Length > LongestMessage)
            {
                yield return message.ToString();
                message.Clear().Append(_sender);
            }

            message.Append(text);
        }

        yield return message.ToString();
    }

    /// <summary>Reads the changes of another node. Unknown ones of a newer node are left out.</summary>
    public IEnumerable<ProcessChange> Read(string message)
    {
        var words = message.Split(' ');
        return words[0] == _sender ? [] : words.Skip(1).Select(Parse).OfType<ProcessChange>();
    }

    private static ProcessChange? Parse(string word)
    {
        if (word.Length == 0 || !int.TryParse(word.AsSpan(0, 1), CultureInfo.InvariantCulture, out var kind) || !Enum.IsDefined((ProcessChangeKind)kind))
            return null;

        return word.Length == 1 ? new ProcessChange((ProcessChangeKind)kind)
            : ProcessId.TryParse(word[1..], out var id) ? new ProcessChange((ProcessChangeKind)kind, id) : null;
    }
}
