using AsyncViews.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Management.Admin;

/// <summary>Starts the self-test, an ordinary job of ten seconds, and shows it.</summary>
internal sealed class SelfTestPage(IJobScheduler jobs, AuditLog audit) : AdminPage
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        // Whoever had to sign in anew is led back here.
        if (!IsPost(context))
            return new SeeOtherResult(OverviewOf(context));

        var id = await jobs.StartTestJobAsync(Duration, context.RequestAborted);
        audit.Note(context.User, "self-test", id.ToString(), nameof(OperatorOutcome.Started));
        return GoTo(AddressOf(context, id), nameof(OperatorOutcome.Started));
    }
}
