namespace AsyncViews;

/// <summary>The addresses of one process, relative to the host and including PathBase.</summary>
/// <param name="Form">The page that it was submitted from.</param>
/// <param name="Processing">The waiting page: good until the result expires.</param>
/// <param name="Completed">What the waiting page polls.</param>
/// <param name="Result">The response that the process produced.</param>
/// <param name="Cancel">Where the cancel form posts.</param>
/// <param name="Again">Where the form posts that sends again what is kept of a submission.</param>
public sealed record ProcessAddresses(string Form, string Processing, string Completed, string Result, string Cancel, string Again);
