namespace AsyncViews;

/// <summary>The end of a run as it can be foretold from its progress, or from earlier runs of the same page or job.</summary>
/// <param name="End">The time at which it will probably end.</param>
/// <param name="Until">The time until which that can be trusted, unless the run reports more.</param>
public sealed record ProcessEstimate(DateTimeOffset End, DateTimeOffset Until);
