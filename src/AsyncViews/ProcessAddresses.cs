namespace AsyncViews;

/// <summary>The addresses of one process, relative to the host and including PathBase.</summary>
/// <param name="Form">The page from which it was submitted.</param>
/// <param name="Processing">The waiting page, valid until the result expires.</param>
/// <param name="Completed">The address that the waiting page polls.</param>
/// <param name="Result">The response that the process produced.</param>
/// <param name="Cancel">The address to which the cancel form posts.</param>
/// <param name="Again">The address to which the form posts that sends a kept submission again.</param>
public sealed record ProcessAddresses(string Form, string Processing, string Completed, string Result, string Cancel, string Again)
{
    /// <summary>The page of a process in this state. The waiting page of a canceled one would lead to the form.</summary>
    /// <param name="state">The state of the process.</param>
    public string PageOf(ProcessState state) => state == ProcessState.Canceled ? Result : Processing;
}
