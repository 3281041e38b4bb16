using System.Globalization;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AsyncViews.Management.Admin;

/// <summary>The filter of the operator's list: from the query of its address, and back to an address.</summary>
internal static class ProcessFilter
{
    private const string State = "state", Type = "type", User = "user", Key = "key", Value = "value", From = "from", Until = "until";

    private static readonly string[] Names = [State, Type, User, Key, Value, From, Until];

    /// <summary>Reads what somebody typed. What fits no field is ignored.</summary>
    public static AdminFilter Of(HttpRequest request) => new()
    {
        State = StateOf(TextOf(request.Query[State])),
        Type = TextOf(request.Query[Type]),
        User = TextOf(request.Query[User]),
        MetadataKey = TextOf(request.Query[Key]),
        MetadataValue = request.Query[Value].ToString(),
        From = TimeOf(request.Query[From]),
        Until = TimeOf(request.Query[Until]),
    };

    /// <summary>Returns whether every part of a query is a filter that can be read. An action on all that fit must not use half of one.</summary>
    public static bool IsWhole(IQueryCollection query) =>
        query.All(part => Names.Contains(part.Key, StringComparer.OrdinalIgnoreCase) && part.Value.Count == 1) && IsReadable(query);

    /// <summary>Returns whether every filter in a query can be read. Without one of them, more would fit than somebody asked for.</summary>
    public static bool IsReadable(IQueryCollection query) =>
        IsReadable(State, text => StateOf(text) is not null, query)
        && IsReadable(From, text => TimeOf(text) is not null, query)
        && IsReadable(Until, text => TimeOf(text) is not null, query)
        && IsReadable(Value, _ => TextOf(query[Key]) is not null, query);

    /// <summary>The state of this name; null if there is none. A number, or several names with commas, are no name.</summary>
    public static ProcessState? StateOf(string? name) =>
        Enum.GetNames<ProcessState>().Contains(name, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<ProcessState>(name!, ignoreCase: true) : null;

    /// <summary>The query of the list's address, empty or with its question mark.</summary>
    public static string ToQuery(this AdminFilter filter, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var query = new QueryBuilder();
        Add(State, filter.State?.ToString());
        Add(Type, filter.Type);
        Add(User, filter.User);
        Add(Key, filter.MetadataKey);
        Add(Value, filter.MetadataKey is null ? null : filter.MetadataValue);
        Add(From, filter.From?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Add(Until, filter.Until?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        foreach (var (name, value) in more)
            Add(name, value);
        return query.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
                query.Add(name, value);
        }
    }

    /// <summary>Null if nothing can fit it, since no process has such a type.</summary>
    public static ProcessQuery? ToQuery(this AdminFilter filter, int count, ProcessId? after = null)
    {
        var type = filter.Type is null ? null : TypeOf(filter.Type);
        return filter.Type is not null && type is null ? null : new ProcessQuery
        {
            State = filter.State,
            Type = type,
            Metadata = filter.MetadataKey is { } key ? new(key, filter.MetadataValue) : null,
            From = filter.From,
            Until = filter.Until,
            Count = count,
            After = after,
        };
    }

    /// <summary>Lists the processes that fit the operator's filter.</summary>
    public static async Task<IReadOnlyList<ProcessStatus>> ListAsync(
        this IProcessManager processes, AdminFilter filter, int count, ProcessId? after, CancellationToken cancellationToken) =>
        filter.ToQuery(count, after) is not { } query ? []
        : filter.User is { } user ? await processes.ListByUserAsync(user, query, cancellationToken)
        : await processes.ListAllAsync(query, cancellationToken: cancellationToken);

    /// <summary>A type as it is written everywhere, or the path of a page or the name of a job alone.</summary>
    public static ProcessType? TypeOf(string text) =>
        ProcessType.TryParse(text, out var type) || ProcessType.TryParse(text.Contains('/', StringComparison.Ordinal) ? $"page:{text}" : $"job:{text}", out type) ? type : null;

    private static bool IsReadable(string name, Func<string, bool> isReadable, IQueryCollection query) => TextOf(query[name]) is not { } text || isReadable(text);

    private static string? TextOf(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static DateTimeOffset? TimeOf(string? value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
