namespace AsyncViews.Http;

/// <summary>The sender of a process.</summary>
/// <param name="Owner">Who may see it.</param>
/// <param name="Lane">With whom it takes turns.</param>
/// <param name="IsAnonymous">Whether nobody is signed in.</param>
/// <param name="HasAddress">Whether the lane is the address that it comes from.</param>
internal readonly record struct Sender(string Owner, string Lane, bool IsAnonymous = false, bool HasAddress = false)
{
    /// <summary>The sender of what code starts for nobody.</summary>
    public static Sender Nobody { get; } = OfUser(Http.Owner.Nobody);

    /// <summary>A signed-in user.</summary>
    public static Sender OfUser(string owner) => new(owner, owner);
}
