using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Submissions;

/// <summary>The names of what a POST had and its run has not.</summary>
/// <param name="Headers">The headers that are not captured.</param>
/// <param name="Cookies">The cookies that are not captured.</param>
/// <param name="Items">The keys that middleware had put into <see cref="HttpContext.Items"/>.</param>
internal sealed record LeftBehind(string[] Headers, string[] Cookies, string[] Items)
{
    /// <summary>Every request has these, or the run has its own.</summary>
    private static readonly HashSet<string> OfEveryRequest = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.Connection, HeaderNames.ContentLength, HeaderNames.Cookie, HeaderNames.Host, HeaderNames.TransferEncoding,
    };

    [JsonIgnore]
    public bool IsEmpty => Headers.Length + Cookies.Length + Items.Length == 0;

    /// <summary>Notes what stands in Items before the page runs: what the page puts there, it puts there in the run too.</summary>
    public static void NoteItems(HttpContext context)
    {
        if (IsOfInterest(context))
            context.Features.Set(new ItemNames([.. context.Items.Keys.Select(NameOf).OfType<string>()]));
    }

    /// <summary>Compares the POST with what is captured of it.</summary>
    /// <returns>Null outside Development, where nobody reads it, and where nothing is left behind.</returns>
    public static LeftBehind? Of(HttpContext context, IReadOnlyDictionary<string, string?[]> capturedHeaders, string capturedCookies)
    {
        if (!IsOfInterest(context))
            return null;

        var request = context.Request;
        var cookies = capturedCookies.Split("; ").Select(pair => pair.Split('=')[0]);
        var left = new LeftBehind(
            [.. request.Headers.Keys.Where(name => !capturedHeaders.ContainsKey(name) && !OfEveryRequest.Contains(name))],
            [.. request.Cookies.Keys.Except(cookies, StringComparer.OrdinalIgnoreCase)],
            context.Features.Get<ItemNames>()?.Names ?? []);
        return left.IsEmpty ? null : left;
    }

    /// <summary>The name of a key; null for one that only its owner can tell, or that the framework makes anew where it needs it.</summary>
    public static string? NameOf(object key) => key switch
    {
        string name => name,
        Enum value => $"{value.GetType().FullName}.{value}",
        Type type => type.Assembly.GetName().Name!.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) ? null : type.FullName,
        _ => null,
    };

    private static bool IsOfInterest(HttpContext context) => context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment();

    private sealed record ItemNames(string[] Names);
}
