using System.Diagnostics;
using System.Security.Cryptography;
using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>
/// The nodes of the farm: their heartbeats, the types that they know, and which of them are dead. A node holds a lock on a
/// connection of its own for as long as it lives.
/// </summary>
internal sealed class Nodes(Database database, NodeConnection connection, string name, TimeSpan lease) : IDisposable
{
    /// <summary>A dead node has lost its lock and has been silent for this share of a lease: a connection alone can break.</summary>
    private const int SilenceShare = 3;

    private const string IsUnlocked =
        "NOT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database() AND l.classid = $1::bigint::oid AND l.objid = n.lock::bigint::oid AND l.granted)";

    private readonly Lock _beating = new();
    private NpgsqlConnection? _heart;
    private string _types = "";

    /// <summary>Makes this node known, and finds those that died on this machine.</summary>
    public async Task<IReadOnlyList<string>> JoinAsync(CancellationToken cancellationToken)
    {
        var number = RandomNumberGenerator.GetInt32(int.MaxValue);
        await database.RunAsync(db => db.ExecuteAsync(
            "INSERT INTO asyncviews_nodes (name, host, pid, lock, beat) VALUES ($1, $2, $3, $4, now() + $5) ON CONFLICT (name) DO UPDATE SET pid = $3, lock = $4, beat = EXCLUDED.beat",
            Text(name), Text(Environment.MachineName), Int(Environment.ProcessId), Int(number), Span(database.Skew)), cancellationToken);
        await connection.OpenAsync(number, cancellationToken);
        var here = await database.RunAsync(db => db.QueryAsync(
            $"SELECT n.name, n.pid FROM asyncviews_nodes n WHERE n.host = $2 AND n.name <> $3 AND {IsUnlocked}",
            row => (Name: row.GetString(0), Pid: row.GetInt32(1)), Int(Locks.Nodes), Text(Environment.MachineName), Text(name)), cancellationToken);
        return [.. here.Where(node => !IsAlive(node.Pid)).Select(node => node.Name)];
    }

    /// <summary>Finds the nodes that are dead for certain, whose runs need not wait for the end of their lease.</summary>
    public async Task<IReadOnlyList<string>> FindDeadAsync() => await database.RunAsync(db => db.QueryAsync(
        $"SELECT n.name FROM asyncviews_nodes n WHERE n.name <> $2 AND n.beat <= now() + $3 - $4 AND {IsUnlocked}",
        row => row.GetString(0), Int(Locks.Nodes), Text(name), Span(database.Skew), Span(lease / SilenceShare)));

    public static Task<int> ForgetAsync(Statements db, IEnumerable<string> dead) => db.ExecuteAsync("DELETE FROM asyncviews_nodes WHERE name = ANY($1)", Texts(dead));

    /// <summary>Tells the others which types this node knows.</summary>
    /// <returns>The types that any live node knows.</returns>
    public async Task<IReadOnlyCollection<ProcessType>> KnownTypesAsync(IReadOnlySet<ProcessType> types)
    {
        var told = string.Join('\n', types);
        if (told != _types)
        {
            await database.RunAsync(db => db.ExecuteAsync("UPDATE asyncviews_nodes SET types = $2 WHERE name = $1", Text(name), Types(types)));
            _types = told;
        }

        var known = await database.RunAsync(db => db.QueryAsync(
            "SELECT DISTINCT unnest(types) FROM asyncviews_nodes WHERE beat > now() + $1 - $2", row => ProcessType.Parse(row.GetString(0)), Span(database.Skew), Span(lease)));
        return [.. known.Union(types)];
    }

    /// <summary>
    /// Proves that this node and these runs are alive, on a connection of its own and the caller's thread: neither a full pool
    /// nor a starved thread pool may make them look dead.
    /// </summary>
    /// <returns>Those that are the current runs of their processes.</returns>
    /// <exception cref="StoreUnavailableException">The database could not be reached.</exception>
    public IReadOnlyList<(ProcessId Id, bool CancelRequested)> Beat(IReadOnlyCollection<FencedRun> alive)
    {
        lock (_beating)
        {
            try
            {
                if (_heart is null)
                {
                    _heart = database.Source.CreateConnection();
                    _heart.Open();
                }

                return Beat(_heart, alive);
            }
            catch (NpgsqlException exception)
            {
                _heart?.Dispose();
                _heart = null;
                throw Database.Unavailable(exception);
            }
        }
    }

    public void Dispose()
    {
        lock (_beating)
            _heart?.Dispose();
    }

    private List<(ProcessId, bool)> Beat(NpgsqlConnection heart, IReadOnlyCollection<FencedRun> alive)
    {
        using var batch = new NpgsqlBatch(heart) { Timeout = (int)Math.Max(1, (lease / SilenceShare).TotalSeconds) };
        batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE asyncviews_nodes SET beat = now() + $2 WHERE name = $1") { Parameters = { Text(name), Span(database.Skew) } });
        if (alive.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"""
                UPDATE asyncviews_processes p SET heartbeat = now() + $3 FROM unnest($1, $2) AS run (id, fence)
                WHERE p.id = run.id AND p.fence = run.fence AND p.state = {ProcessTable.Running}
                RETURNING p.id, p.cancel_requested
                """)
            {
                Parameters = { Texts(alive.Select(run => run.Id.ToString())), Ints(alive.Select(run => run.Fence)), Span(database.Skew) },
            });
        }

        using var reader = batch.ExecuteReader();
        List<(ProcessId, bool)> current = [];
        if (alive.Count > 0)
        {
            while (reader.Read())
                current.Add((ProcessId.Parse(reader.GetString(0)), reader.GetBoolean(1)));
        }

        return current;
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
