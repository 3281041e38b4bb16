using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Http;

/// <summary>Knows the sender of a request, and what is theirs.</summary>
internal sealed class Owners(OwnerCookies cookies, SenderAddresses addresses, TimeProvider time)
{
    /// <summary>The lane of all who send no cookie and have no address: leaving the cookie out opens no lane of one's own.</summary>
    private const string Strangers = "strangers";

    /// <summary>The sender of a submission of this request. An anonymous browser's cookie comes with every submission, to last as long as it.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public Sender SenderOf(HttpContext context)
    {
        if (Owner.OfUser(context.User) is { } user)
            return Sender.Of(user);

        var known = Find(context);
        return OfBrowser(context, known, cookies.Write(context, known, cookies.AreSecure(context), isSubmitted: true).Owner);
    }

    /// <summary>The sender where the answer brings no cookie: it may be a refusal of a body that is not received yet.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public Sender SenderWithoutCookie(HttpContext context)
    {
        if (Owner.OfUser(context.User) is { } user)
            return Sender.Of(user);

        var known = Find(context);
        return OfBrowser(context, known, known?.Owner ?? Owner.Nobody);
    }

    /// <summary>The sender of a job. An answer that is under way already can bring no cookie any more.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public Sender SenderOfJob(HttpContext context) => context.Response.HasStarted ? SenderWithoutCookie(context) : SenderOf(context);

    /// <summary>Returns whether this request may see what belongs to <paramref name="owner"/>: what was submitted before signing in stays one's own.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public bool Is(HttpContext context, string owner) =>
        OfRun(context) == owner || Owner.OfUser(context.User) == owner || cookies.Read(context).Exists(cookie => cookie.Owner == owner);

    /// <summary>The owners whose processes this request may see: the user, and the browser, over http and https; in a run, whoever submitted it.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public string[] AllOf(HttpContext context)
    {
        string?[] all = [OfRun(context), Owner.OfUser(context.User), .. cookies.Read(context).Select(cookie => cookie.Owner)];
        return [.. all.OfType<string>().Distinct()];
    }

    /// <summary>Gives an anonymous browser a cookie with the form, so that two submissions at once have the same owner.</summary>
    public void Prepare(HttpContext context)
    {
        try
        {
            if (Owner.OfUser(context.User) is null && Find(context) is null)
                cookies.Write(context, null, cookies.AreSecure(context), isSubmitted: false);
        }
        catch (StoreUnavailableException)
        {
            // Nothing can be submitted either, and the form is worth being seen all the same.
        }
    }

    /// <summary>Has a browser that watches a process for long keep its cookie until after the end.</summary>
    public void Keep(HttpContext context, ProcessRecord record)
    {
        if (record.State.IsEnded() || time.GetUtcNow() - record.CreatedAt < cookies.Lifetime / 2 || context.Response.HasStarted)
            return;

        if (cookies.Read(context).Find(cookie => cookie.Owner == record.Owner) is { } cookie)
            cookies.Write(context, cookie, cookie.IsSecure, cookie.IsSubmitted);
    }

    /// <summary>The owner of the run that this is the request of: it brings no cookie. Null outside a run, and in one that is nobody's.</summary>
    private static string? OfRun(HttpContext context) => context.Features.Get<ProcessContext>() is { Owner: not Owner.Nobody } process ? process.Owner : null;

    private Sender OfBrowser(HttpContext context, OwnerCookie? known, string owner)
    {
        var address = addresses.Find(context);
        return new Sender(owner, address ?? (known is { IsWritten: false } ? owner : Strangers), IsAnonymous: true, HasAddress: address is not null);
    }

    /// <summary>
    /// Finds the cookie to which a submission of this request belongs: over https, none that went over http, where others may have seen it.
    /// </summary>
    private OwnerCookie? Find(HttpContext context)
    {
        var isSecure = cookies.AreSecure(context);
        var own = cookies.Read(context).FindAll(cookie => cookie.IsSecure == isSecure);
        return own.Find(cookie => cookie.IsSubmitted) ?? own.FirstOrDefault();
    }
}
