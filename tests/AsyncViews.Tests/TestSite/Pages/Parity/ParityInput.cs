using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages.Parity;

/// <summary>The input that both twins bind.</summary>
public sealed class ParityInput
{
    public decimal? Amount { get; set; }

    public double? Rate { get; set; }

    public int? Count { get; set; }

    public DateTime? When { get; set; }

    public DateTimeOffset? Stamp { get; set; }

    public DateOnly? Day { get; set; }

    public TimeOnly? At { get; set; }

    public TimeSpan? Span { get; set; }

    public Guid? Key { get; set; }

    public DayOfWeek? Weekday { get; set; }

    public bool Check { get; set; }

    public string[] Multi { get; set; } = [];

    public List<ParityLine> Lines { get; set; } = [];

    public Dictionary<string, string> Map { get; set; } = [];

    public List<IFormFile> Uploads { get; set; } = [];

    [StringLength(10)]
    public string? Text { get; set; }

    [EmailAddress]
    public string? Email { get; set; }

    [FromHeader(Name = "X-Nested")]
    public string? Nested { get; set; }

    public ParityDevice? Device { get; set; }
}

public sealed record ParityDevice([FromHeader(Name = "X-Device")] string? Name, [FromHeader(Name = "X-Versions")] string[]? Versions);

public sealed class ParityLine
{
    public string? Name { get; set; }

    public decimal? Price { get; set; }

    public List<string> Tags { get; set; } = [];

    public IFormFile? Document { get; set; }
}
