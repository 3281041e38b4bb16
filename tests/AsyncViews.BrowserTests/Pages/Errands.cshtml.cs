using AsyncViews.BrowserTests.Site;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>Sends a job, and goes to its own page.</summary>
public sealed class ErrandsModel(IJobScheduler jobs, TimeProvider time) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Key { get; set; } = "";

    [BindProperty]
    public bool Tomorrow { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var options = new ScheduleOptions { Title = "Errand", NotBefore = Tomorrow ? time.GetUtcNow().AddDays(1) : null };
        return Redirect($"/processes/processing?process_id={await jobs.ScheduleAsync(new ErrandOrder(Key), options)}");
    }
}
