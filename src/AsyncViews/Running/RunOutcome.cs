namespace AsyncViews.Running;

/// <summary>The outcome of an attempt to run a process.</summary>
public enum RunOutcome
{
    /// <summary>A process has run, and its outcome is stored.</summary>
    Ran,

    /// <summary>Nothing that this node can run is due: a permit is used up.</summary>
    NothingToRun,

    /// <summary>The store could not be asked. Nothing was claimed; hand it over again.</summary>
    StoreUnavailable,

    /// <summary>This node takes nothing more. Nothing was claimed; hand it over to another.</summary>
    Stopping,

    /// <summary>
    /// Nothing was claimed: all that is due, if anything, is of anonymous people, and as many of their processes run here as may.
    /// Hand the permit over to another node, or to this one when one of them has ended.
    /// </summary>
    NoRoomForAnonymous,
}
