using System.Globalization;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AsyncViews.Management.Admin;

/// <summary>The filter of the operator's list: from the query of its address, or from a form, and back to an address.</summary>
internal static class ProcessFilter
{
    private const string State = "state", Type = "type", User = "user", Key = "key", Value = "value", From = "from", Until = "until";

    /// <summary>Reads what somebody typed. What fits no field is ignored.</summary>
    public static AdminFilter Read(Func<string, string?> valueOf) => new()
    {
        State = Enum.TryParse<ProcessState>(TextOf(valueOf(State)), ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null,
        Type = TextOf(valueOf(Type)),
        User = TextOf(valueOf(User)),
        MetadataKey = TextOf(valueOf(Key)),
        MetadataValue = valueOf(Value) ?? "",
        From = TimeOf(valueOf(From)),
        Until = TimeOf(valueOf(Until)),
    };

    public static AdminFilter Of(HttpRequest request) => Read(name => request.Query[name]);

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

    /// <summary>A type as it is written everywhere, or the path of a page or the name of a job alone.</summary>
    public static ProcessType? TypeOf(string text) =>
        ProcessType.TryParse(text, out var type) || ProcessType.TryParse(text.Contains('/', StringComparison.Ordinal) ? $"page:{text}" : $"job:{text}", out type) ? type : null;

    private static string? TextOf(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static DateTimeOffset? TimeOf(string? value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
