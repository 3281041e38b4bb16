namespace AsyncViews.Tests.Support;

/// <summary>A clock that stands still until a test advances it. It is ahead of the browser's, so that no cookie has expired.</summary>
internal static class Clock
{
    public static FakeTimeProvider Start() => new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
}
