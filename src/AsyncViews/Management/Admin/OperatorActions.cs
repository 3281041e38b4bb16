using System.Security.Claims;
using AsyncViews.Views;

namespace AsyncViews.Management.Admin;

/// <summary>The outcomes that the operator is told of, by the names that the address of the next page has.</summary>
internal enum OperatorOutcome
{
    Canceled,
    Requested,
    AlreadyEnded,
    SentAgain,
    Due,
    Removed,
    Drained,
    Started,
    NotPossible,
    QueueFull,
    StoreFull,
    OwnerLimit,
    KeptLimit,
}

/// <summary>The outcome of an action.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="NewProcess">The process that it started, if any.</param>
internal readonly record struct ActionOutcome(OperatorOutcome Outcome, ProcessId? NewProcess = null)
{
    public string Name => Outcome.ToString();

    public bool IsDone => !IsLimit && Outcome is not (OperatorOutcome.AlreadyEnded or OperatorOutcome.NotPossible);

    /// <summary>Tells whether a limit leaves no room for another process.</summary>
    public bool IsLimit => PassesSoon || Outcome is OperatorOutcome.StoreFull or OperatorOutcome.KeptLimit;

    /// <summary>Tells whether the limit is one of live processes, which end by themselves. What is kept is there for hours.</summary>
    public bool PassesSoon => Outcome is OperatorOutcome.QueueFull or OperatorOutcome.OwnerLimit;
}

/// <summary>The operator's actions on processes, each with its entry in the audit log: the same for the pages and for scripts.</summary>
internal sealed class OperatorActions(IProcessManager processes, AuditLog audit)
{
    private static readonly Dictionary<string, AdminAction> ByName = new(StringComparer.Ordinal)
    {
        ["cancel"] = AdminAction.Cancel,
        ["run-now"] = AdminAction.RunNow,
        ["send-again"] = AdminAction.SendAgain,
        ["remove"] = AdminAction.Remove,
    };

    /// <summary>Null if no action has this name.</summary>
    public static AdminAction? Find(string? name) => name is not null && ByName.TryGetValue(name, out var action) ? action : null;

    public static string NameOf(AdminAction action) => ByName.First(named => named.Value == action).Key;

    /// <summary>Does it, and notes it. It cannot be canceled, since an operator who closes the page has asked for it all the same.</summary>
    public async Task<ActionOutcome> DoAsync(ClaimsPrincipal user, AdminAction action, ProcessId id)
    {
        ActionOutcome result;
        try
        {
            result = action switch
            {
                AdminAction.Cancel => new ActionOutcome(await processes.CancelAsync(id) switch
                {
                    CancelOutcome.Canceled => OperatorOutcome.Canceled,
                    CancelOutcome.Requested => OperatorOutcome.Requested,
                    CancelOutcome.AlreadyEnded => OperatorOutcome.AlreadyEnded,
                    _ => OperatorOutcome.NotPossible,
                }),
                AdminAction.RunNow => new ActionOutcome(await processes.RunNowAsync(id) ? OperatorOutcome.Due : OperatorOutcome.NotPossible),
                AdminAction.SendAgain => ResultOf(await processes.SendAgainAsync(id)),
                _ => new ActionOutcome(await processes.RemoveAsync(id) ? OperatorOutcome.Removed : OperatorOutcome.NotPossible),
            };
        }
        catch
        {
            // A removal cancels first: the store may have gone away in between.
            audit.Note(user, NameOf(action), id.ToString(), AuditLog.Unknown);
            throw;
        }

        audit.Note(user, NameOf(action), id.ToString(), result.NewProcess is { } again ? $"{result.Name} {again}" : result.Name);
        return result;
    }

    private static ActionOutcome ResultOf(SendAgainResult sent) => sent.Outcome switch
    {
        SendAgainOutcome.Accepted => new ActionOutcome(OperatorOutcome.SentAgain, sent.Id),
        SendAgainOutcome.QueueFull => new ActionOutcome(OperatorOutcome.QueueFull),
        SendAgainOutcome.StoreFull => new ActionOutcome(OperatorOutcome.StoreFull),
        SendAgainOutcome.OwnerLimit => new ActionOutcome(OperatorOutcome.OwnerLimit),
        SendAgainOutcome.KeptLimit => new ActionOutcome(OperatorOutcome.KeptLimit),
        _ => new ActionOutcome(OperatorOutcome.NotPossible),
    };
}
