using System.Globalization;
using AsyncViews.Storage;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>The search for processes, the newest first. Each is a walk along one index, which ends when enough are found.</summary>
internal static class ProcessSearch
{
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

    private static (string Sql, NpgsqlParameter[] Parameters) Statement(ListPart part, string? metadata, ProcessRecord? after)
    {
        var query = part.Query;
        var (created, sequence) = part.IsByMetadata ? ("accepted", "process") : ("created", "sequence");
        List<string> conditions = ["NOT gone"];
        List<NpgsqlParameter> parameters = [Int(query.Count)];

        Add(query.Id is { } id ? Text(id.ToString()) : null, "id = {0}");
        Add(query.Reference is { } reference ? Text(ProcessId.BeginningOf(reference)) : null, "id >= {0} AND id < {0} || '~'");
        Add(part.Owner is { } owner ? Text(owner) : null, "owner = {0}");
        Add(query.Type is { } type ? Text(type.ToString()) : null, "type = {0}");
        Add(query.State is { } state ? Int((int)state) : null, "state = {0}");
        Add(metadata is null ? null : Text(metadata), part.IsByMetadata ? "hidden = {0}" : "{0} = ANY(metadata)");
        Add(query.From is { } from ? Time(from) : null, $"{created} >= {{0}}");
        Add(query.Until is { } until ? Time(until) : null, $"{created} < {{0}}");
        if (after is not null)
        {
            parameters.AddRange([Time(after.CreatedAt), Long(after.Sequence)]);
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"({created}, {sequence}) < (${parameters.Count - 1}, ${parameters.Count})"));
        }

        var tables = part.IsByMetadata ? "asyncviews_metadata JOIN asyncviews_processes p ON sequence = process" : "asyncviews_processes p";
        return ($"SELECT {ProcessColumns.Names} FROM {tables} WHERE {string.Join(" AND ", conditions)} ORDER BY {created} DESC, {sequence} DESC LIMIT $1", [.. parameters]);

        void Add(NpgsqlParameter? value, string condition)
        {
            if (value is null)
                return;
            parameters.Add(value);
            conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, $"${parameters.Count}"));
        }
    }
}
