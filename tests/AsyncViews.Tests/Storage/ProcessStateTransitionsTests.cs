using AsyncViews.Storage;
using static AsyncViews.ProcessState;

namespace AsyncViews.Tests.Storage;

public class ProcessStateTransitionsTests
{
    /// <summary>Every legal step; all others are not.</summary>
    private static readonly (ProcessState From, ProcessState To)[] Legal =
    [
        (Scheduled, Queued), (Scheduled, Canceled), (Scheduled, Missed),
        (Queued, ProcessState.Running), (Queued, Canceled), (Queued, Missed),
        (ProcessState.Running, Succeeded), (ProcessState.Running, Failed), (ProcessState.Running, Canceled), (ProcessState.Running, Interrupted),
        (ProcessState.Running, Queued), (ProcessState.Running, Scheduled),
    ];

    [Fact]
    public void CanBecome_OfEveryPair_IsTrueForTheLegalStepsOnly()
    {
        var states = Enum.GetValues<ProcessState>();

        var found = states.SelectMany(from => states.Where(to => from.CanBecome(to)).Select(to => (from, to)));

        found.ShouldBe(Legal, ignoreOrder: true);
    }

    [Fact]
    public void IsEnded_OfEveryState_IsTrueWhereNoStepLeadsOn()
    {
        foreach (var state in Enum.GetValues<ProcessState>())
            state.IsEnded().ShouldBe(Legal.All(step => step.From != state), state.ToString());
    }
}
