namespace AsyncViews;

/// <summary>A process that another one waits for.</summary>
/// <param name="Id">The process. It may have ended already: then the other does not wait for it.</param>
/// <param name="When">The end of it that lets the other one start. The default is that it succeeds.</param>
public readonly record struct Predecessor(ProcessId Id, When When = When.Succeeded);

/// <summary>The end of a process that lets those behind it start.</summary>
public enum When
{
    /// <summary>
    /// It has succeeded. While it can be sent again after it failed or was interrupted, those behind it go on waiting. They are
    /// canceled as soon as it cannot succeed any more: it was canceled or missed, has expired, or was discarded or removed.
    /// </summary>
    Succeeded,

    /// <summary>It has ended in any other way: it failed, or was canceled, interrupted or missed. If it succeeds, those behind it are canceled.</summary>
    NotSucceeded,

    /// <summary>It has ended, in whatever way.</summary>
    Ended,
}
