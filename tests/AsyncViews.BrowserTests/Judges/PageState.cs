namespace AsyncViews.BrowserTests.Judges;

/// <summary>A page in one of its states, and how a browser gets there.</summary>
/// <param name="Name">Names its test and its file.</param>
/// <param name="ReachAsync">Leads the browser there. The page stays in its state.</param>
public sealed record PageState(string Name, Func<Stage, Task> ReachAsync)
{
    /// <summary>Tells whether it exists only where scripts run.</summary>
    public bool NeedsScript { get; init; }

    /// <summary>Tells whether the page updates by itself: without scripts by a refresh, which the person can turn off on the page.</summary>
    public bool Updates { get; init; }

    /// <summary>Every page of the library and of the sample in every state. A new page or state belongs here: then it is judged.</summary>
    public static IReadOnlyList<PageState> All { get; } = [.. LibraryStates.All, .. SampleStates.All];

    public static IEnumerable<string> Names => All.Select(state => state.Name);

    public static PageState Named(string name) => All.Single(state => state.Name == name);

    public override string ToString() => Name;
}
