using System.Globalization;
using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The search for processes, the newest first. Each is a walk along one index, which ends when enough are found.</summary>
internal static class ProcessSearch
{
    private static readonly string EveryState = string.Join(", ", Enum.GetValues<ProcessState>().Select(state => (int)state));

    /// <summary>Finds the processes of these hidden owners, or everybody's if null, with this hidden entry of metadata, if any.</summary>
    public static async Task<List<ProcessRow>> RunAsync(Statements db, ProcessQuery query, IReadOnlyCollection<string>? owners, string? metadata)
    {
        var after = query.After is { } id ? (await ProcessTable.FindAsync(db, id))?.Record : null;
        if (query.After is not null && after is null)
            return [];

        List<ProcessRow> found = [];
        foreach (var part in ListPart.Of(query, owners))
        {
            var (sql, parameters) = Statement(part, metadata, after);
            found.AddRange(await db.QueryAsync(sql, ProcessColumns.Read, parameters));
        }

        return [.. found.Where(row => row.Record.Matches(query)).OrderBy(row => row.Record, ProcessRecord.NewestFirst).Take(query.Count)];
    }

    /// <summary>Reads one part, behind a process if one is given.</summary>
    /// <remarks>
    /// The first column of an index is compared with an array of one. With an equation, another index would have the order of the list
    /// too, and the server might read a million rows of it to find a few old ones of this owner, type or state. The number of rows is in
    /// the text, and everything of a type is one statement, so that the server uses one plan for all values, and does not plan each time.
    /// </remarks>
    public static (string Sql, NpgsqlParameter[] Parameters) Statement(ListPart part, string? metadata, ProcessRecord? after)
    {
        var query = part.Query;
        var (created, sequence) = part.IsByMetadata ? ("accepted", "process") : ("created", "sequence");
        List<NpgsqlParameter> parameters = [];
        List<string> conditions = ["NOT gone"];

        var owner = Condition("owner", part.Owner is { } name ? Text(name) : null);
        var type = Condition("type", query.Type is { } ofType ? Text(ofType.ToString()) : null);
        (string Column, string Value)? state = part.IsOfType ? ("state", "each.state") : Condition("state", query.State is { } inState ? Int((int)inState) : null);
        var entry = Condition("hidden", metadata is null ? null : Text(metadata));
        (string Column, string Value)?[] leading = part switch
        {
            { IsById: true } => [],
            { IsByMetadata: true } => [entry],
            { Owner: not null } => [owner],
            { Query.Type: not null } => [type, state],
            _ => [state],
        };
        var index = leading.OfType<(string Column, string Value)>().ToArray();
        if (index is [var first, ..])
            conditions.Add($"{first.Column} = ANY(ARRAY[{first.Value}])");
        foreach (var (column, value) in new[] { owner, type, state }.Except(leading).OfType<(string Column, string Value)>().Concat(index.Skip(1)))
            conditions.Add($"{column} = {value}");
        if (entry is { } filtered && !part.IsByMetadata)
            conditions.Add($"{filtered.Value} = ANY(metadata)");
        if (query.Id is { } id)
            conditions.Add($"id = {Add(Text(id.ToString()))}");
        if (query.Reference is { } reference)
        {
            var beginning = Add(Text(ProcessId.BeginningOf(reference)));
            conditions.Add($"id >= {beginning} AND id < {beginning} || '~'");
        }

        if (query.From is { } from)
            conditions.Add($"{created} >= {Add(Time(from))}");
        if (query.Until is { } until)
            conditions.Add($"{created} < {Add(Time(until))}");
        if (after is not null)
            conditions.Add($"({created}, {sequence}) < ({Add(Time(after.CreatedAt))}, {Add(Long(after.Sequence))})");

        var tables = part.IsByMetadata ? "asyncviews_metadata JOIN asyncviews_processes p ON sequence = process" : "asyncviews_processes p";
        var order = string.Join(", ", index.Select(term => term.Column).Append(created).Append(sequence).Select(column => $"{column} DESC"));
        var sql = string.Create(
            CultureInfo.InvariantCulture, $"SELECT {ProcessColumns.Names} FROM {tables} WHERE {string.Join(" AND ", conditions)} ORDER BY {order} LIMIT {query.Count}");
        return (part.IsOfType ? $"SELECT found.* FROM unnest(ARRAY[{EveryState}]) AS each (state) CROSS JOIN LATERAL ({sql}) AS found" : sql, [.. parameters]);

        string Add(NpgsqlParameter value)
        {
            parameters.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
        }

        (string Column, string Value)? Condition(string column, NpgsqlParameter? value) => value is null ? null : (column, Add(value));
    }
}
