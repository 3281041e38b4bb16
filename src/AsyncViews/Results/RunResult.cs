using System.Runtime.ExceptionServices;

namespace AsyncViews.Results;

/// <summary>How far a page's run has come: what goes wrong with the result of work that is done is no failure of the work.</summary>
internal sealed class RunResult
{
    /// <summary>Tells whether the handler has returned without an exception.</summary>
    public bool IsWorkDone { get; set; }

    /// <summary>The exception that the work, or a filter around it, has ended with, whatever other filters made of it; null where there was none.</summary>
    public ExceptionDispatchInfo? WorkFailure { get; set; }

    /// <summary>Tells whether its result is written, and every filter of the application around it has come to its end.</summary>
    public bool HasPassedFilters { get; set; }

    /// <summary>The exception that its result threw.</summary>
    public Exception? Failure { get; set; }
}

/// <summary>The work was done, and its result could not be written.</summary>
internal sealed class ResultNotShownException(Exception inner) : Exception("The work was done, but its result could not be written.", inner);
