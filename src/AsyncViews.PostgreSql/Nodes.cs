using System.ComponentModel;
using System.Diagnostics;
using AsyncViews.Running;
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

    private const int LeaveTimeoutSeconds = 1;

    private const string IsUnlocked =
        "NOT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database() AND l.classid = $1::bigint::oid AND l.objid = n.lock::bigint::oid AND l.granted)";

    /// <summary>Of a node that is in the table, $2 to $4 as in <see cref="FindDeadAsync"/>.</summary>
    private const string IsDead = $"n.beat <= now() + $3 - $4 AND {IsUnlocked}";

    /// <summary>A node that was taken for dead, and forgotten, is known again from its next beat on.</summary>
    private const string BeatStatement =
        """
        INSERT INTO asyncviews_nodes AS n (name, host, pid, lock, types, draining, beat, version) VALUES ($1, $2, $3, $4, $5, $6, now() + $7, $8)
        ON CONFLICT (name) DO UPDATE SET lock = EXCLUDED.lock, types = EXCLUDED.types, draining = EXCLUDED.draining, beat = EXCLUDED.beat
        RETURNING n.drain_requested AND NOT n.draining, clock_timestamp()
        """;

    private readonly Lock _beating = new();
    /// <summary>Only processes of one namespace know each other by their numbers: containers may have one name.</summary>
    private readonly string _host = $"{Environment.MachineName} {new FileInfo("/proc/self/ns/pid").LinkTarget}";

    private NpgsqlConnection? _heart;
    private IReadOnlySet<ProcessType> _types = new HashSet<ProcessType>();
    private volatile bool _draining;

    /// <summary>Makes this node known, and finds those that died on this machine.</summary>
    public async Task<IReadOnlyList<string>> JoinAsync(CancellationToken cancellationToken)
    {
        await connection.OpenAsync(cancellationToken);
        Beat([]);
        // The first beat connects and compiles, so its reading of the clock comes late. This one corrects it.
        Beat([]);
        var here = await database.RunAsync(db => db.QueryAsync(
            $"SELECT n.name, n.pid FROM asyncviews_nodes n WHERE n.host = $2 AND n.name <> $3 AND {IsUnlocked}",
            row => (Name: row.GetString(0), Pid: row.GetInt32(1)), Int(Locks.Nodes), Text(_host), Text(name)), cancellationToken);
        return [.. here.Where(node => !IsAlive(node.Pid)).Select(node => node.Name)];
    }

    /// <summary>Finds the nodes that are dead for certain, whose runs need not wait for the end of their lease, and whether any run has been silent for so long.</summary>
    public Task<(string[] Dead, bool AnySilentRun)> FindDeadAsync(TimeSpan longestSilence) => database.RunAsync(db => db.QueryFirstAsync(
        $"""
        SELECT ARRAY(SELECT n.name FROM asyncviews_nodes n WHERE n.name <> $2 AND {IsDead}),
            EXISTS (SELECT 1 FROM asyncviews_processes WHERE state = {ProcessTable.Running} AND heartbeat <= now() + $3 - $5)
        """,
        row => (row.GetFieldValue<string[]>(0), row.GetBoolean(1)), Int(Locks.Nodes), Text(name), Span(database.Clock.Skew), Span(lease / SilenceShare), Span(longestSilence)));

    public static Task<int> ForgetAsync(Statements db, IEnumerable<string> dead) => db.ExecuteAsync("DELETE FROM asyncviews_nodes WHERE name = ANY($1)", Texts(dead));

    /// <summary>Tells the others which types this node knows, with its next beat.</summary>
    public void Know(IReadOnlySet<ProcessType> types) => Volatile.Write(ref _types, types);

    public async Task<IReadOnlyList<NodeStatus>> ListOthersAsync(CancellationToken cancellationToken) => await database.RunAsync(db => db.QueryAsync(
        $"""
        SELECT n.name, n.draining, (SELECT COUNT(*) FROM asyncviews_processes p WHERE p.state = {ProcessTable.Running} AND p.node = n.name)::integer,
            n.version, n.types, n.beat, ARRAY(SELECT p.id FROM asyncviews_processes p WHERE p.state = {ProcessTable.Running} AND p.node = n.name ORDER BY p.sequence LIMIT 100)
        FROM asyncviews_nodes n WHERE n.name <> $2 AND NOT ({IsDead}) ORDER BY n.name
        """,
        row => new NodeStatus(row.GetString(0), row.GetBoolean(1), row.GetInt32(2))
        {
            Version = row.IsDBNull(3) ? null : row.GetString(3),
            Types = Array.ConvertAll(row.GetFieldValue<string[]>(4), ProcessType.Parse),
            LastBeatAt = row.GetFieldValue<DateTimeOffset>(5) - database.Clock.Skew,
            Processes = Array.ConvertAll(row.GetFieldValue<string[]>(6), ProcessId.Parse),
        },
        Int(Locks.Nodes), Text(name), Span(database.Clock.Skew), Span(lease / SilenceShare)), cancellationToken);

    /// <summary>Asks nodes to take nothing more. The request is there, for the next beat of each, before they are called.</summary>
    public static Task<int> RequestDrainAsync(Statements db, IEnumerable<string> nodes) => db.ExecuteAsync("UPDATE asyncviews_nodes SET drain_requested = true WHERE name = ANY($1)", Texts(nodes));

    /// <summary>Lets the others know that this node takes nothing more, also if it is forgotten for a while.</summary>
    public Task NoteDrainingAsync()
    {
        _draining = true;
        return database.RunAsync(db => db.ExecuteAsync("UPDATE asyncviews_nodes SET draining = true WHERE name = $1", Text(name)));
    }

    /// <summary>
    /// Proves that this node and these runs are alive, on a connection of its own and the caller's thread: neither a full pool
    /// nor a starved thread pool may make them look dead.
    /// </summary>
    /// <returns>Whether somebody has asked this node to drain, and those that are the current runs of their processes.</returns>
    /// <exception cref="StoreUnavailableException">The database could not be reached.</exception>
    public (bool DrainRequested, IReadOnlyList<(ProcessId Id, bool CancelRequested)> Current) Beat(IReadOnlyCollection<FencedRun> alive)
    {
        lock (_beating)
        {
            try
            {
                return Beat(_heart ??= database.Source.OpenApart(), alive);
            }
            catch (Exception exception)
            {
                var isOfConnection = Database.IsOfConnection(exception, _heart);
                _heart?.Dispose();
                _heart = null;
                if (isOfConnection)
                    throw Database.Unavailable(exception);
                throw;
            }
        }
    }

    /// <summary>A node that stops and leaves no run behind is forgotten at once.</summary>
    public void Dispose()
    {
        lock (_beating)
        {
            try
            {
                if (_heart is not null)
                    Leave(_heart);
            }
            catch (Exception exception) when (Database.IsOfConnection(exception, _heart))
            {
                // The others forget it when it has been silent for long enough.
            }

            _heart?.Dispose();
        }
    }

    private void Leave(NpgsqlConnection heart)
    {
        using var command = new NpgsqlCommand(
            $"DELETE FROM asyncviews_nodes WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM asyncviews_processes WHERE state = {ProcessTable.Running} AND node = $1)", heart)
        {
            Parameters = { Text(name) },
            CommandTimeout = LeaveTimeoutSeconds,
        };
        command.ExecuteNonQuery();
    }

    private (bool, IReadOnlyList<(ProcessId, bool)>) Beat(NpgsqlConnection heart, IReadOnlyCollection<FencedRun> alive)
    {
        using var batch = new NpgsqlBatch(heart) { Timeout = (int)Math.Max(1, (lease / SilenceShare).TotalSeconds) };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BeatStatement)
        {
            Parameters = { Text(name), Text(_host), Int(Environment.ProcessId), Int(connection.Number), Types(Volatile.Read(ref _types)), Bool(_draining), Span(database.Clock.Skew), Text(Node.Version) },
        });
        if (alive.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"""
                WITH current AS (
                    SELECT p.sequence FROM asyncviews_processes p JOIN unnest($1, $2) AS run (id, fence) ON p.id = run.id AND p.fence = run.fence
                    WHERE p.state = {ProcessTable.Running} ORDER BY p.sequence FOR NO KEY UPDATE OF p)
                UPDATE asyncviews_processes p SET heartbeat = now() + $3 FROM current WHERE p.sequence = current.sequence
                RETURNING p.id, p.cancel_requested
                """)
            {
                Parameters = { Texts(alive.Select(run => run.Id.ToString())), Ints(alive.Select(run => run.Fence)), Span(database.Clock.Skew) },
            });
        }

        var asked = database.Clock.Ask();
        using var reader = batch.ExecuteReader();
        reader.Read();
        var drainRequested = reader.GetBoolean(0);
        database.Clock.Learn(reader.GetFieldValue<DateTimeOffset>(1), asked);
        List<(ProcessId, bool)> current = [];
        if (reader.NextResult())
        {
            while (reader.Read())
                current.Add((ProcessId.Parse(reader.GetString(0)), reader.GetBoolean(1)));
        }

        return (drainRequested, current);
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
        catch (Win32Exception)
        {
            // Windows says nothing of a process of another user. The lease decides.
            return true;
        }
    }
}
