using System.Globalization;
using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The search for processes, the newest first. Each is a walk along one index, which ends when enough are found.</summary>
internal static class ProcessSearch
{
    private const int LengthOfReference = 9;

    private static readonly string?[] Everybody = [null];

    private static readonly ProcessState?[] EveryState = [.. Enum.GetValues<ProcessState>()];

    /// <summary>Finds the processes of these hidden owners, or everybody's if null.</summary>
    public static async Task<List<ProcessRow>> RunAsync(Statements db, ProcessQuery query, IReadOnlyCollection<string>? owners)
    {
        var after = query.After is { } id ? (await ProcessTable.FindAsync(db, id))?.Record : null;
        if (query.After is not null && after is null)
            return [];

        // Over several owners or states at once, an index would not give the order.
        var states = query is { Type: not null, State: null, Id: null, Reference: null } && owners is null ? EveryState : [query.State];
        List<ProcessRow> found = [];
        foreach (var owner in (IEnumerable<string?>?)owners ?? Everybody)
        {
            foreach (var state in states)
            {
                var (sql, parameters) = Statement(query with { State = state }, owner, after);
                found.AddRange(await db.QueryAsync(sql, ProcessRow.Read, parameters));
            }
        }

        return [.. found.Where(row => row.Record.Matches(query)).OrderBy(row => row.Record, ProcessRecord.NewestFirst).Take(query.Count)];
    }

    /// <summary>The beginning of the ids with this reference number. Of any other text it is a blank, with which no id begins, and not the beginning of many.</summary>
    private static string BeginningOfId(string reference) =>
        reference.Length == LengthOfReference ? reference.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() : " ";

    private static (string Sql, NpgsqlParameter[] Parameters) Statement(ProcessQuery query, string? owner, ProcessRecord? after)
    {
        List<string> conditions = ["NOT gone"];
        List<NpgsqlParameter> parameters = [Int(query.Count)];

        Add(query.Id is { } id ? Text(id.ToString()) : null, "id = {0}");
        Add(query.Reference is { } reference ? Text(BeginningOfId(reference)) : null, "id >= {0} AND id < {0} || '~'");
        Add(owner is null ? null : Text(owner), "owner = {0}");
        Add(query.Type is { } type ? Text(type.ToString()) : null, "type = {0}");
        Add(query.State is { } state ? Int((int)state) : null, "state = {0}");
        Add(query.From is { } from ? Time(from) : null, "created >= {0}");
        Add(query.Until is { } until ? Time(until) : null, "created < {0}");
        if (after is not null)
        {
            parameters.AddRange([Time(after.CreatedAt), Long(after.Sequence)]);
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"(created, sequence) < (${parameters.Count - 1}, ${parameters.Count})"));
        }

        return ($"SELECT {ProcessRow.Columns} FROM asyncviews_processes p WHERE {string.Join(" AND ", conditions)} ORDER BY created DESC, sequence DESC LIMIT $1", [.. parameters]);

        void Add(NpgsqlParameter? value, string condition)
        {
            if (value is null)
                return;
            parameters.Add(value);
            conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, $"${parameters.Count}"));
        }
    }
}
