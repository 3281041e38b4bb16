using System.Globalization;
using System.Runtime.InteropServices;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;
using static AsyncViews.PostgreSql.ProcessTable;

namespace AsyncViews.PostgreSql;

/// <summary>The statements that add processes.</summary>
internal static class Additions
{
    /// <summary>Values that the statement needs of each process beside its columns. It does not see the rows that it adds itself, so it is told what they hold.</summary>
    private static readonly string[] Told = ["has_address", "turns_ahead", "of_owner_ahead", "bytes_of_owner_ahead", "in_lane_ahead", "bytes_in_lane_ahead"];

    private static readonly string Arrays = string.Join(", ", Enumerable.Range(1, ProcessColumns.AddedCount + Told.Length).Select(Place));

    private static readonly string MostOfOwner = Limit(1);
    private static readonly string MostBytesOfOwner = Limit(2);
    private static readonly string MostInLane = Limit(3);
    private static readonly string MostBytesInLane = Limit(4);

    private const string WithTurn = "rank = added.rank AND due = COALESCE(added.due, 'infinity')";

    /// <summary>Adds the processes that <see cref="StoreLimits"/> allow. Each has the turn that it would have if those before it in the group were stored already.</summary>
    private static readonly string Insert =
        $"""
        INSERT INTO asyncviews_processes ({ProcessColumns.AddedNames}, turn)
        SELECT {ProcessColumns.AddedValues}, turns_ahead + GREATEST(0,
            (SELECT turn FROM asyncviews_processes WHERE state = {Queued} AND {WithTurn} ORDER BY turn LIMIT 1),
            (SELECT turn + 1 FROM asyncviews_processes WHERE state < {FirstEnd} AND lane = added.lane AND {WithTurn} ORDER BY turn DESC LIMIT 1))
        FROM unnest({Arrays}) AS added ({ProcessColumns.AddedNames}, {string.Join(", ", Told)})
        WHERE NOT limited OR
            of_owner_ahead + ({QueueTable.LiveOf("owner = added.owner")}) < {MostOfOwner}
            AND bytes_of_owner_ahead + ({ShareTable.KeptOf("added.owner")}) < {MostBytesOfOwner}
            AND (NOT has_address OR
                ({MostInLane} = 0 OR in_lane_ahead + ({QueueTable.LiveOf("lane = added.lane")}) < {MostInLane})
                AND bytes_in_lane_ahead + ({ShareTable.KeptOf("added.lane")}) < {MostBytesInLane})
        ON CONFLICT (submission_key) DO NOTHING RETURNING id
        """;

    /// <summary>
    /// Settings of a group. A lock that one sender waits for holds up all of them: they wait for half a second, and are then added one by
    /// one. And one plan serves all groups: left to itself, the server makes a new one for each, which takes longer than the statement.
    /// </summary>
    private static readonly Statement ForAGroup = new("SELECT set_config('lock_timeout', '500', true), set_config('plan_cache_mode', 'force_generic_plan', true)");

    /// <summary>
    /// Adds processes in one round trip, except for those whose submission key is taken, or whose owner or address has as much
    /// already as they may, see <see cref="StoreLimits"/>. Returns those that were added. Locks are held until the commit, so
    /// that the submissions of an owner or an address are judged one after the other.
    /// </summary>
    public static async Task<HashSet<ProcessId>> AddAsync(Statements db, IReadOnlyList<Addition> added, AsyncViewsOptions limits, DateTimeOffset now, bool isGrouped = false)
    {
        List<Statement> statements = isGrouped ? [ForAGroup] : [];
        if (added.Where(one => one.Process.IsLimited).Select(one => one.Process).ToList() is { Count: > 0 } judged)
            statements.Add(LockSendersOf(judged));
        statements.Add(InsertOf(added, limits, now));
        return [.. await db.QueryLastAsync([.. statements], row => ProcessId.Parse(row.GetString(0)))];
    }

    /// <summary>The statement that adds a group.</summary>
    public static Statement InsertOf(IReadOnlyList<Addition> added, AsyncViewsOptions limits, DateTimeOffset now)
    {
        var processes = added.Select(one => one.Process).ToList();
        return new(
            Insert,
            [
                .. ProcessColumns.ParametersOf([.. added.Select(one => new AddedRow(one.Process, one.Secret, now))]),
                Bools(processes.Select(process => process.HasAddress)),
                Ahead(process => (process.Lane, process.Terms.Priority, process.Terms.NotBefore), _ => 1),
                Ahead(process => process.Owner, Count), Ahead(process => process.Owner, Bytes),
                Ahead(process => process.Lane, Count), Ahead(process => process.Lane, Bytes),
                Int(limits.MaxLiveProcessesPerOwner), Long(limits.MaxKeptBytesPerOwner), Int(limits.MaxLiveProcessesPerAddress), Long(limits.MaxKeptBytesPerAddress),
            ]);

        static long Count(NewProcess process) => process.IsLimited ? 1 : 0;
        static long Bytes(NewProcess process) => process.IsLimited ? StoreLimits.BytesOf(process) : 0;
        NpgsqlParameter Ahead<TKey>(Func<NewProcess, TKey> key, Func<NewProcess, long> measure)
            where TKey : notnull => Longs(SumsBefore(processes, key, measure));
    }

    /// <summary>All locks are taken in one order, since two nodes may add processes of the same senders.</summary>
    private static Statement LockSendersOf(List<NewProcess> processes)
    {
        var lanes = processes.Where(process => process.HasAddress).Select(process => process.Lane);
        return new(
            """
            SELECT pg_advisory_xact_lock(kind, key) FROM (
                SELECT DISTINCT kind, hashtext(name) AS key FROM (SELECT $1 AS kind, unnest($2) AS name UNION ALL SELECT $3, unnest($4)) AS senders ORDER BY kind, key) AS locks
            """,
            Int(Locks.Owners), Texts(processes.Select(process => process.Owner)), Int(Locks.Lanes), Texts(lanes));
    }

    /// <summary>Adds up for each process what those before it with the same key measure.</summary>
    private static List<long> SumsBefore<TKey>(List<NewProcess> processes, Func<NewProcess, TKey> key, Func<NewProcess, long> measure)
        where TKey : notnull
    {
        Dictionary<TKey, long> sums = [];
        return processes.ConvertAll(process =>
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key(process), out _);
            var before = sum;
            sum += measure(process);
            return before;
        });
    }

    /// <summary>The place of a limit, which follow the arrays.</summary>
    private static string Limit(int number) => Place(ProcessColumns.AddedCount + Told.Length + number);

    private static string Place(int number) => string.Create(CultureInfo.InvariantCulture, $"${number}");
}

/// <summary>A process that is to be added.</summary>
/// <param name="Process">The process, its owner, its lane and its submission key hidden.</param>
/// <param name="Secret">Its secrets, sealed.</param>
/// <param name="Body">The body of its submission.</param>
internal sealed record Addition(NewProcess Process, SealedProcess Secret, Content Body);
