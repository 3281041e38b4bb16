using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>The search for processes, the newest first. Each is a walk along one index, which ends when enough are found.</summary>
internal static class ProcessSearch
{
    private const int LengthOfReference = 9;

    private static readonly string?[] Everybody = [null];

    private static readonly ProcessState?[] EveryState = [.. Enum.GetValues<ProcessState>()];

    /// <summary>Finds the processes of these hidden owners, or everybody's if null.</summary>
    public static List<ProcessRow> Run(Statements db, ProcessQuery query, IReadOnlyCollection<string>? owners)
    {
        var after = query.After is { } id ? ProcessTable.Find(db, id)?.Record : null;
        if (query.After is not null && after is null)
            return [];

        // Over several owners or states at once, an index would not give the order.
        var states = query is { Type: not null, State: null } && owners is null && !IsById(query) ? EveryState : [query.State];
        var found =
            from owner in (IEnumerable<string?>?)owners ?? Everybody
            from state in states
            let search = Statement(query with { State = state }, owner, after)
            from row in db.QueryReadable(search.Sql, ProcessRow.Read, search.Parameters)
            where row.Record.Matches(query)
            select row;
        return [.. found.OrderBy(row => row.Record, ProcessRecord.NewestFirst).Take(query.Count)];
    }

    /// <summary>One search. Without figures about its tables, SQLite cannot tell which of the indexes narrows most.</summary>
    public static (string Sql, (string Name, object? Value)[] Parameters) Statement(ProcessQuery query, string? owner, ProcessRecord? after)
    {
        var index = IsById(query) ? Schema.Ids : owner is not null ? "kept_of_owner" : query.Type is not null ? "kept_of_type" : query.State is not null ? "kept_in_state" : "kept";
        List<string> conditions = ["gone = 0"];
        List<(string, object?)> parameters = [("$count", query.Count)];

        Add("id = $id", "$id", query.Id?.ToString());
        Add("id >= $reference AND id < $reference || '~'", "$reference", query.Reference is null ? null : BeginningOfId(query.Reference));
        Add("owner = $owner", "$owner", owner);
        Add("type = $type", "$type", query.Type?.ToString());
        Add("state = $state", "$state", (int?)query.State);
        Add("created >= $from", "$from", query.From?.UtcTicks);
        Add("created < $until", "$until", query.Until?.UtcTicks);
        Add("created <= $created", "$created", after?.CreatedAt.UtcTicks);
        Add("(created, sequence) < ($created, $sequence)", "$sequence", after?.Sequence);
        return (
            $"SELECT {ProcessRow.Columns} FROM processes INDEXED BY {index} WHERE {string.Join(" AND ", conditions)} ORDER BY created DESC, sequence DESC LIMIT $count",
            [.. parameters]);

        void Add(string condition, string name, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            parameters.Add((name, value));
        }
    }

    private static bool IsById(ProcessQuery query) => query.Id is not null || query.Reference is not null;

    /// <summary>The beginning of the ids with this reference number. Of any other text it is a blank, with which no id begins, and not the beginning of many.</summary>
    private static string BeginningOfId(string reference) =>
        reference.Length == LengthOfReference ? reference.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() : " ";
}
