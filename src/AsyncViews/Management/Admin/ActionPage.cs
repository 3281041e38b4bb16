using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Management.Admin;

/// <summary>Does something to one process, after a question where it destroys something.</summary>
internal sealed class ActionPage(IProcessManager processes, OperatorActions actions) : AdminPage
{
    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        if (OperatorActions.Find(context.GetRouteValue(AdminRoutes.Action)?.ToString()) is not { } action
            || !ProcessId.TryParse(context.GetRouteValue("id")?.ToString(), out var id)
            || await processes.GetStatusAsync(id, context.RequestAborted) is not { } status)
            return await MissingAsync(context);

        var address = AddressOf(context, id);
        if (!IsPost(context))
        {
            return Show("Confirm", await FrameAsync(context, new AdminConfirmViewModel
            {
                Action = action,
                Name = status.Title ?? id.Reference,
                Form = $"{address}/{OperatorActions.NameOf(action)}",
                Back = address,
            }));
        }

        var done = await actions.DoAsync(context.User, action, id);
        return done switch
        {
            { Outcome: OperatorOutcome.Removed } => GoTo($"{AddressOf(context)}{AdminRoutes.Processes}", done.Name),
            { NewProcess: { } again } => GoTo(AddressOf(context, again), done.Name),
            _ => GoTo(address, done.Name),
        };
    }
}
