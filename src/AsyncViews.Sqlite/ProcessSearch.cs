using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>
/// The search for processes, the newest first. Each is a walk along one index, which ends when enough are found. Only running
/// processes are sorted: there are no more of them than workers.
/// </summary>
internal static class ProcessSearch
{
    /// <summary>Finds the processes of these hidden owners, or everybody's if null, with this hidden entry of metadata, if any.</summary>
    public static List<ProcessRow> Run(Statements db, ProcessQuery query, IReadOnlyCollection<string>? owners, string? metadata)
    {
        var after = query.After is { } id ? ProcessTable.Find(db, id)?.Record : null;
        if (query.After is not null && after is null)
            return [];

        var found =
            from part in ListPart.Of(query, owners).SelectMany(part => part.ByState())
            let search = Statement(part, metadata, after)
            from row in db.QueryReadable(search.Sql, ProcessColumns.Read, search.Parameters)
            where row.Record.Matches(query)
            select row;
        return [.. found.OrderBy(row => row.Record, ProcessRecord.NewestFirst).Take(query.Count)];
    }

    /// <summary>One search. Without figures about its tables, SQLite cannot tell which of the indexes narrows most.</summary>
    public static (string Sql, (string Name, object? Value)[] Parameters) Statement(ListPart part, string? metadata, ProcessRecord? after)
    {
        var query = part.Query;
        var (created, sequence) = part.IsByMetadata ? ("accepted", "process") : ("created", "sequence");
        List<string> conditions = ["gone = 0"];
        List<(string, object?)> parameters = [("$count", query.Count)];

        Add("id = $id", "$id", query.Id?.ToString());
        Add("id >= $reference AND id < $reference || '~'", "$reference", query.Reference is { } reference ? ProcessId.BeginningOf(reference) : null);
        Add($"{Schema.NameOf("owner")} = {Schema.NameOf("$owner")} AND owner = $owner", "$owner", part.Owner);
        Add("type = $type", "$type", query.Type?.ToString());
        Add("state = $state", "$state", (int?)query.State);
        if (part is { Owner: null, IsById: false, IsByMetadata: false } && query is not { Type: null, State: null })
            conditions.Add(query.State == ProcessState.Running ? "state = 2" : "state <> 2");
        Add(part.IsByMetadata ? "hidden = $metadata" : "instr(metadata, $metadata) > 0", "$metadata", metadata);
        Add($"{created} >= $from", "$from", query.From?.UtcTicks);
        Add($"{created} < $until", "$until", query.Until?.UtcTicks);
        Add($"{created} <= $created", "$created", after?.CreatedAt.UtcTicks);
        Add($"({created}, {sequence}) < ($created, $sequence)", "$sequence", after?.Sequence);
        return (
            $"SELECT {ProcessColumns.Names} FROM {TablesOf(part)} WHERE {string.Join(" AND ", conditions)} ORDER BY {created} DESC, {sequence} DESC LIMIT $count",
            [.. parameters]);

        void Add(string condition, string name, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            parameters.Add((name, value));
        }
    }

    private static string TablesOf(ListPart part) => part switch
    {
        { IsById: true } => $"processes INDEXED BY {Schema.Ids}",
        { IsByMetadata: true } => "metadata CROSS JOIN processes ON sequence = process",
        { Owner: not null } => "processes INDEXED BY kept_of_owner",
        { Query.State: ProcessState.Running } => "processes INDEXED BY running",
        { Query.Type: not null } => "processes INDEXED BY kept_of_type",
        { Query.State: not null } => "processes INDEXED BY kept_in_state",
        _ => "processes INDEXED BY kept",
    };
}
