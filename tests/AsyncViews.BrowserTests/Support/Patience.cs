namespace AsyncViews.BrowserTests.Support;

/// <summary>The wait that any condition is given. It is no demand: a machine may do much besides.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
}
