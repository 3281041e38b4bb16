using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Management.Admin;

/// <summary>Does something to all processes that fit a filter, after a question that says how many these are.</summary>
internal sealed class BulkPage(IProcessManager processes, OperatorActions actions, IProcessStore store, ILogger<BulkPage> logger) : AdminPage
{
    /// <summary>The greatest number at once: it is done while somebody waits.</summary>
    private const int Most = 1000;

    public override async Task<IActionResult> AnswerAsync(HttpContext context)
    {
        if (OperatorActions.Find(context.GetRouteValue(AdminRoutes.Action)?.ToString()) is not { } action)
            return await MissingAsync(context);

        if (!ProcessFilter.IsWhole(context.Request.Query))
            return await MissingAsync(context, StatusCodes.Status400BadRequest);

        // Processes that are accepted after the question were not in its number.
        var filter = ProcessFilter.Of(context.Request);
        filter = filter with { Until = filter.Until ?? store.Now, State = filter.State ?? (action == AdminAction.RunNow ? ProcessState.Scheduled : null) };
        var fitting = await processes.ListAsync(filter, Most + 1, after: null, context.RequestAborted);
        var list = AddressOf(context) + AdminRoutes.Processes + ProcessFilter.Of(context.Request).ToQuery();
        if (!IsPost(context))
        {
            return Show("Confirm", await FrameAsync(context, new AdminConfirmViewModel
            {
                Action = action,
                Count = Math.Min(fitting.Count, Most),
                IsCut = fitting.Count > Most,
                Form = $"{AddressOf(context)}{AdminRoutes.Bulk}/{OperatorActions.NameOf(action)}{filter.ToQuery()}",
                Back = list,
            }));
        }

        var (done, notPossible) = (0, 0);
        foreach (var status in fitting.Take(Most))
        {
            try
            {
                if ((await actions.DoAsync(context.User, action, status.Id)).IsDone)
                    done++;
                else
                    notPossible++;
            }
            catch (DamagedContentException exception)
            {
                // A damaged process does not keep the action from the others.
                Log.Damaged(logger, status.Id, exception);
                notPossible++;
            }
            catch (StoreUnavailableException) when (done > 0)
            {
                return GoTo(list, $"Stopped-{done}-{notPossible}");
            }
        }

        return GoTo(list, $"All-{done}-{notPossible}");
    }
}
