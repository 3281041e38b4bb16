using System.Reflection;

namespace AsyncViews.BrowserTests.Support;

/// <summary>Where the sources are.</summary>
public static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Repository").Value!;
}
