using System.ComponentModel.DataAnnotations;
using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using SampleSite.Airports;

namespace SampleSite.Pages;

/// <summary>An ordinary page that starts a group of jobs, one for each region and one that packs what they have written.</summary>
public sealed class RegionsModel(IJobScheduler jobs, IProcessManager processes) : PageModel
{
    [ViewData]
    public string Title => "Regions";

    [BindProperty, EnumDataType(typeof(Pace))]
    public Pace Pace { get; set; }

    /// <summary>The group that was started from here.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Group { get; set; }

    /// <summary>The job that writes the archive.</summary>
    public ProcessStatus? Archive { get; private set; }

    public async Task OnGetAsync(ProcessId? archive, CancellationToken cancellationToken) => Archive = await FindOwnAsync(archive, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return Page();

        var options = new ScheduleOptions { Group = $"regions-{Guid.NewGuid():N}" };
        var started = await jobs.ScheduleParallelAsync(
            [.. Region.All.Select(region => new RegionOrder(region.Name, Pace))], last: new ArchiveOrder("airports-by-region.zip"), options, cancellationToken);
        return RedirectToPage(new { options.Group, archive = started[^1] });
    }

    public async Task<IActionResult> OnGetDownloadAsync(ProcessId archive, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(archive, cancellationToken) is not { State: ProcessState.Succeeded, Type.Name: "region-archive" } || await processes.GetResultAsync<RegionFile>(archive, cancellationToken) is not { } file)
            return NotFound();

        return File(file.Content, "application/zip", file.Name);
    }

    /// <summary>The job, if this browser has started it.</summary>
    private async Task<ProcessStatus?> FindOwnAsync(ProcessId? id, CancellationToken cancellationToken) =>
        (await processes.ListAsync(HttpContext, count: 200, cancellationToken)).FirstOrDefault(process => process.Id == id);
}
