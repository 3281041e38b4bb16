using System.Globalization;
using AsyncViews.Benchmarks.Server;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Quartz;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>The same page with a raw Quartz job.</summary>
public class ScheduledModel(ISchedulerFactory schedulers) : PageModel
{
    [BindProperty]
    public Input Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();

        var id = Guid.NewGuid();
        var job = JobBuilder.Create<ScheduledWork>()
            .WithIdentity(id.ToString("N"))
            .UsingJobData(ScheduledWork.Sent, Input.Sent.ToString(CultureInfo.InvariantCulture))
            .Build();
        var scheduler = await schedulers.GetScheduler();
        await scheduler.ScheduleJob(job, TriggerBuilder.Create().ForJob(job).StartNow().Build());
        return RedirectToPage("/Done", new { id });
    }
}
