using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace AsyncViews.Running.Replay;

/// <summary>Headers that tell which of them was asked for in vain.</summary>
internal sealed class WatchedHeaders(IHeaderDictionary headers, Action<string> missed)
    : HeaderDictionary(new Dictionary<string, StringValues>(headers, StringComparer.OrdinalIgnoreCase)), IHeaderDictionary
{
    StringValues IHeaderDictionary.this[string key]
    {
        get => Asked(key, ContainsKey(key)) ? this[key] : StringValues.Empty;
        set => this[key] = value;
    }

    StringValues IDictionary<string, StringValues>.this[string key]
    {
        get => Asked(key, ContainsKey(key)) ? this[key] : throw new KeyNotFoundException($"The request has no header {key}.");
        set => this[key] = value;
    }

    bool IDictionary<string, StringValues>.ContainsKey(string key) => Asked(key, ContainsKey(key));

    bool IDictionary<string, StringValues>.TryGetValue(string key, out StringValues value) => Asked(key, TryGetValue(key, out value));

    private bool Asked(string key, bool isThere)
    {
        if (!isThere)
            missed(key);
        return isThere;
    }
}

/// <summary>Cookies that tell which of them was asked for in vain.</summary>
internal sealed class WatchedCookies(IRequestCookiesFeature feature, Action<string> missed) : IRequestCookiesFeature, IRequestCookieCollection
{
    public IRequestCookieCollection Cookies { get => this; set => feature.Cookies = value; }

    public int Count => feature.Cookies.Count;

    public ICollection<string> Keys => feature.Cookies.Keys;

    public string? this[string key] => TryGetValue(key, out var value) ? value : null;

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
    {
        var isThere = feature.Cookies.TryGetValue(key, out value);
        if (!isThere)
            missed(key);
        return isThere;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => feature.Cookies.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Items that tell which of them was asked for in vain. They answer with null for those, as the framework's do.</summary>
internal sealed class WatchedItems(Action<object> missed) : Dictionary<object, object?>, IDictionary<object, object?>, IItemsFeature
{
    private IDictionary<object, object?>? _replaced;

    IDictionary<object, object?> IItemsFeature.Items { get => _replaced ?? this; set => _replaced = value; }

    object? IDictionary<object, object?>.this[object key]
    {
        get => Asked(key, TryGetValue(key, out var value)) ? value : null;
        set => this[key] = value;
    }

    bool IDictionary<object, object?>.ContainsKey(object key) => Asked(key, ContainsKey(key));

    bool IDictionary<object, object?>.TryGetValue(object key, out object? value) => Asked(key, TryGetValue(key, out value));

    private bool Asked(object key, bool isThere)
    {
        if (!isThere)
            missed(key);
        return isThere;
    }
}
