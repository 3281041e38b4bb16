namespace AsyncViews.Views;

/// <summary>The model of the views that only say something, since there is no process to show: it is unknown, gone, or was refused.</summary>
public sealed record MessageViewModel
{
    /// <summary>The page to go back to; empty if there is none, as after something was sent again.</summary>
    public required string Form { get; init; }

    /// <summary>The reason why a submission was refused; otherwise null.</summary>
    public string? Reason { get; init; }
}
