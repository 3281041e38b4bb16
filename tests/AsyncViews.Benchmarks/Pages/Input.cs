using System.ComponentModel.DataAnnotations;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>The form that every page of the comparison binds and validates.</summary>
public sealed class Input
{
    [Required, StringLength(100)]
    public string Name { get; set; } = "";

    public WorkKind Kind { get; set; }

    /// <summary>Differs with every POST: the same twice would be the same submission.</summary>
    [Range(0, int.MaxValue)]
    public int Number { get; set; }

    /// <summary>When the client sent it, as a timestamp of the machine's monotonic clock, which all its processes share.</summary>
    public long Sent { get; set; }
}

/// <summary>The work of a page's run.</summary>
public enum WorkKind
{
    /// <summary>Redirects at once.</summary>
    Empty,

    /// <summary>Waits until its gate is opened, and answers with the moment of its end.</summary>
    Held,

    /// <summary>Waits on a timer for longer than any measurement.</summary>
    Timer,

    /// <summary>The same, and does not listen.</summary>
    Deaf,

    /// <summary>The same, and blocks a thread.</summary>
    Blocked,

    /// <summary>Answers with a file of 1 GiB.</summary>
    Large,
}
