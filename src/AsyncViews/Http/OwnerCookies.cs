using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AsyncViews.Http;

/// <summary>
/// Reads and writes the cookies of owners. A form's answer and a submission's have a cookie each, so that a form that is
/// slow to arrive does not replace the owner of what was submitted meanwhile from another tab.
/// </summary>
/// <remarks>
/// Over https their names differ from those over http: a browser lets no http answer replace a cookie that came over https.
/// The default names carry the application and its base, and the default path is <c>/</c>: browsers tell <c>/App</c> from
/// <c>/app</c> in a cookie's path, where the server does not, and PathBase is what the person typed.
/// </remarks>
internal sealed class OwnerCookies(OwnerToken tokens, IOptions<AsyncViewsOptions> options, IOptions<AntiforgeryOptions> antiforgery, IHostEnvironment host)
{
    private const string ForHost = "__Host-";
    private const string ForHttps = "__Secure-";
    private const string Submitted = ".submitted";
    private const string Partitioned = "Partitioned";

    /// <summary>The number of a request's cookies that count, the newest: each is one more owner to look for. A browser has four, unless somebody fills it.</summary>
    private const int MostOwners = 8;

    private readonly string _nameWithoutBase = DefaultName(host.ApplicationName, "");

    /// <summary>Those that the request brought and the answer brings, in the order in which the browser got them. Others' are not among them.</summary>
    public List<OwnerCookie> Read(HttpContext context)
    {
        if (context.Features.Get<List<OwnerCookie>>() is { } read)
            return read;

        List<OwnerCookie> found = [];
        var wanted = NameFor(context);
        foreach (var header in context.Request.Headers.Cookie)
        {
            // The framework's own collection keeps one of each name. Only what browsers take for blanks is one: behind any
            // other a neighbouring host could hide the prefix from them.
            foreach (var part in header.AsSpan().Split(';'))
                Read(context, header.AsSpan(part).Trim(" \t"), wanted, found);
        }

        found.RemoveRange(0, Math.Max(0, found.Count - MostOwners));
        context.Features.Set(found);
        return found;
    }

    /// <summary>Returns whether this request's answer can bring a cookie that goes over https only.</summary>
    public bool AreSecure(HttpContext context) => options.Value.OwnerCookie.Build(context).Secure;

    /// <summary>
    /// Has the answer bring a cookie with the value of this one, or of a new owner. Whoever a shared cache gave such an answer
    /// would be the same owner: a form that others may keep brings no cookie, and any other answer is kept by nobody.
    /// </summary>
    public OwnerCookie Write(HttpContext context, OwnerCookie? owner, bool isSecure, bool isSubmitted)
    {
        var cookies = Read(context);
        var (value, name) = owner is null ? tokens.New(isSecure) : (owner.Value, owner.Owner);
        var cookie = new OwnerCookie(value, name, isSecure, isSubmitted) { IsWritten = true };
        if (cookies.Contains(cookie))
            return cookie;

        var settings = options.Value.OwnerCookie.Build(context);
        settings.Secure = isSecure;
        Complete(settings);
        var nameOfCookie = Prefix(settings) + NameFor(context) + (isSubmitted ? Submitted : "");
        cookies.Add(cookie);

        // By then the page has said who may keep its answer.
        context.Response.OnStarting(() =>
        {
            if (PrivateHeaders.LetOthersKeep(context.Response) && !isSubmitted)
                return Task.CompletedTask;
            if (PrivateHeaders.LetOthersKeep(context.Response))
                context.Response.Headers.CacheControl = PrivateHeaders.NotForCaches;
            context.Response.Cookies.Append(nameOfCookie, value, settings);
            return Task.CompletedTask;
        });
        return cookie;
    }

    /// <summary>
    /// The request's address with the configured path as it is configured: a browser sends no cookie to one in other letters.
    /// Null where there is nothing to correct.
    /// </summary>
    public string? CorrectAddress(HttpRequest request)
    {
        var address = request.PathBase.Add(request.Path).ToUriComponent();
        return options.Value.OwnerCookie.Path is { Length: > 1 } path
            && address.StartsWith(path, StringComparison.OrdinalIgnoreCase)
            && !address.StartsWith(path, StringComparison.Ordinal)
            ? path + address[path.Length..] + request.QueryString : null;
    }

    /// <summary>Fills in what is not configured: the cookie lasts as long as what it opens, and is sent wherever the form's own cookie is.</summary>
    private void Complete(CookieOptions settings)
    {
        if (settings is { MaxAge: null, Expires: null })
            settings.MaxAge = Lifetime;

        // Browsers refuse None without Secure.
        var form = antiforgery.Value.Cookie;
        if (settings.SameSite == SameSiteMode.Unspecified)
            settings.SameSite = form.SameSite == SameSiteMode.None && settings.Secure ? SameSiteMode.None : SameSiteMode.Lax;
        if (settings.SameSite == SameSiteMode.None && IsPartitioned(form.Extensions) && !IsPartitioned(settings.Extensions))
            settings.Extensions.Add(Partitioned);
    }

    /// <summary>How long a browser keeps a cookie.</summary>
    public TimeSpan Lifetime => options.Value.ResultRetention + options.Value.TombstoneRetention;

    private void Read(HttpContext context, ReadOnlySpan<char> pair, string wanted, List<OwnerCookie> found)
    {
        var equals = pair.IndexOf('=');
        if (equals < 0)
            return;

        var name = pair[..equals];
        var value = pair[(equals + 1)..];
        var plain = WithoutPrefix(name);
        if (!plain.StartsWith(wanted, StringComparison.Ordinal) || plain[wanted.Length..] is not ("" or Submitted) || MayBeOfAnotherHost(context, name))
            return;

        var isSecure = plain.Length < name.Length;
        var isSubmitted = plain.Length > wanted.Length;
        foreach (var same in found)
        {
            if (same.IsSecure == isSecure && value.SequenceEqual(same.Value))
            {
                found.Add(same with { IsSubmitted = isSubmitted });
                return;
            }
        }

        if (tokens.OwnerOf(value, isSecure) is { } owner)
            found.Add(new OwnerCookie(value.ToString(), owner, isSecure, isSubmitted));
    }

    /// <summary>Tells whether a neighbouring host may have set it. Browsers let it do so with this prefix, which counts only if the settings leave the library's own cookie no better one.</summary>
    private bool MayBeOfAnotherHost(HttpContext context, ReadOnlySpan<char> name)
    {
        if (!name.StartsWith(ForHttps, StringComparison.Ordinal))
            return false;

        var settings = options.Value.OwnerCookie.Build(context);
        settings.Secure = true;
        return Prefix(settings) != ForHttps;
    }

    private string NameFor(HttpContext context)
    {
        if (options.Value.OwnerCookie.Name is { } configured)
            return WithoutPrefix(configured).ToString();

        return context.Request.PathBase.Value is { Length: > 0 } pathBase ? DefaultName(host.ApplicationName, pathBase) : _nameWithoutBase;
    }

    private static string DefaultName(string application, string pathBase) =>
        $"AsyncViews.Owner.{Fingerprint.Of(application, pathBase.ToLowerInvariant())[..8]}";

    private static string Prefix(CookieOptions cookie) => cookie switch
    {
        { Secure: false } => "",
        { Path: "/", Domain: null or "" } => ForHost,
        _ => ForHttps,
    };

    private static ReadOnlySpan<char> WithoutPrefix(ReadOnlySpan<char> name) =>
        name.StartsWith(ForHost, StringComparison.Ordinal) ? name[ForHost.Length..]
        : name.StartsWith(ForHttps, StringComparison.Ordinal) ? name[ForHttps.Length..]
        : name;

    private static bool IsPartitioned(IList<string> extensions) => extensions.Contains(Partitioned, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A cookie whose value was made here.</summary>
/// <param name="Value">What the browser keeps.</param>
/// <param name="Owner">What the store keeps.</param>
/// <param name="IsSecure">Whether it goes over https only.</param>
/// <param name="IsSubmitted">Whether a submission's answer brought it, rather than a form's.</param>
internal sealed record OwnerCookie(string Value, string Owner, bool IsSecure, bool IsSubmitted)
{
    /// <summary>Tells whether the answer brings it.</summary>
    public bool IsWritten { get; init; }
}
