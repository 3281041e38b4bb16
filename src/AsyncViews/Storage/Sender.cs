namespace AsyncViews.Storage;

/// <summary>The sender of a process, or of a body that is being received.</summary>
/// <param name="Owner">Who may see it.</param>
/// <param name="Lane">With whom it takes turns.</param>
/// <param name="IsAnonymous">Whether nobody is signed in.</param>
/// <param name="HasAddress">Whether the lane is the address that it comes from.</param>
internal readonly record struct Sender(string Owner, string Lane, bool IsAnonymous = false, bool HasAddress = false)
{
    /// <summary>A sender with a lane of their own: a signed-in user, or code that sends for nobody.</summary>
    public static Sender Of(string owner) => new(owner, owner);
}
