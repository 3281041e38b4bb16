namespace AsyncViews.Running.Replay;

/// <summary>Says that a page's handler must not run: these keys of ModelState are invalid, and were not at the submission.</summary>
internal sealed record RunInvalid(IReadOnlyList<string> Keys);

/// <summary>Says that a page's handler was reached.</summary>
internal sealed record RunReached;
