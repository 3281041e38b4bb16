using AsyncViews.Storage;
using AsyncViews.Submissions;

namespace AsyncViews.Running;

/// <summary>The work of processes of some types: the pages' work, or the jobs'.</summary>
internal interface IProcessWork
{
    /// <summary>The types that this node can run. The same object as long as they are the same.</summary>
    IReadOnlySet<ProcessType> Types { get; }

    /// <summary>Does the work of one run.</summary>
    /// <returns>Its outcome; the caller disposes its body.</returns>
    /// <exception cref="RunNotAllowedException">The captured user may not do this any more.</exception>
    Task<ProcessOutcome> RunAsync(ClaimedProcess claim, Submission submission, ProcessContext process);

    /// <summary>Returns whether and when a run that an exception has ended is tried again; null where it never is.</summary>
    RetryOnFailureAttribute? RetryOf(ProcessType type);

    /// <summary>Returns the name of the quota that processes of this type are under; null for none, and for a type that this node cannot run.</summary>
    string? QuotaOf(ProcessType type);
}

/// <summary>The captured user may not run this any more: it was not started.</summary>
internal sealed class RunNotAllowedException() : Exception("The user who sent this may not run it any more.");

/// <summary>Something is invalid or missing in the run that was valid at the submission: it was not started.</summary>
internal sealed class RunInvalidException(string[] invalid, string[] missing) : Exception(string.Join(' ', Say("Invalid in the run, and valid when it was submitted", invalid),
    Say("Without a value in the run, and with one when it was submitted", missing),
    missing.Length == 0 ? "" : $"What is bound from cookies, headers or HttpContext.Items has to be captured: {nameof(AsyncViewsOptions.CapturedCookies)}, {nameof(AsyncViewsOptions.CapturedHeaders)}, or an {nameof(ISubmissionFeature)}.").Trim())
{
    private static string Say(string what, string[] names) => names.Length == 0 ? "" : $"{what}: {string.Join(", ", names.Select(name => $"'{name}'"))}.";
}

/// <summary>The result of a job cannot be written as JSON.</summary>
internal sealed class ResultNotSerializableException(Exception inner) : Exception("The result of the job cannot be serialised as JSON.", inner);

/// <summary>The stored arguments of a job no longer fit their class.</summary>
internal sealed class ArgumentsMisfitException(string message, Exception inner) : Exception(message, inner);
