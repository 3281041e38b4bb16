using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Parity;

/// <summary>A request that both twins get.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Content">Its body; null for an empty form.</param>
/// <param name="Address">Its address.</param>
/// <param name="Headers">Its headers, beside that with the token.</param>
/// <param name="Setup">How the site is, other than the tests' own.</param>
internal sealed record ParityKind(
    string Name, Func<HttpContent>? Content = null, string Address = "/parity", (string Name, string Value)[]? Headers = null, Action<SiteSetup>? Setup = null)
{
    /// <summary>Where the token stands.</summary>
    public bool TokenInForm { get; init; }

    /// <summary>The name under which the person is signed in.</summary>
    public string? User { get; init; }

    /// <summary>Cookies of other parts of the application.</summary>
    public (string Name, string Value)[] Cookies { get; init; } = [];

    /// <summary>The reason why the answers differ, and what becomes of the process; null where they are equal.</summary>
    public (string Reason, string State, int StatusCode)? Difference { get; init; }
}
