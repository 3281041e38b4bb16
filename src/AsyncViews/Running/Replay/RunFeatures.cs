namespace AsyncViews.Running.Replay;

/// <summary>Says that a page's handler must not run.</summary>
/// <param name="Keys">The keys of ModelState that are invalid, and were not at the submission.</param>
/// <param name="Missing">The properties, parameters and keys of ModelState that have no value, and had one at the submission: a binder may have taken it from what is not captured.</param>
internal sealed record RunInvalid(string[] Keys, string[] Missing);

/// <summary>Says that a page's handler was reached.</summary>
internal sealed record RunReached;
