namespace AsyncViews;

/// <summary>The part that a node takes in a farm.</summary>
public enum NodeRole
{
    /// <summary>It takes submissions and runs processes.</summary>
    Both,

    /// <summary>It takes submissions, answers polls and delivers results, and other nodes run the processes.</summary>
    Web,

    /// <summary>
    /// It runs processes, and answers submissions with 503, so that a proxy sends them to another node. It maps its pages as any
    /// other node, since they are what it runs, and still serves everything else: polls, results, health checks.
    /// </summary>
    Worker,
}
