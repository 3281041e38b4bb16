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

    [Fact]
    public void KeepsSubmission_OfEveryState_IsTrueWhereItCanBeSentAgain() =>
        Enum.GetValues<ProcessState>().Where(state => state.KeepsSubmission()).ShouldBe([Failed, Interrupted], ignoreOrder: true);

    [Theory]
    [InlineData(When.Succeeded, Succeeded, false, true)]
    [InlineData(When.Succeeded, Succeeded, true, true)]
    [InlineData(When.Succeeded, Failed, false, null)]
    [InlineData(When.Succeeded, Failed, true, false)]
    [InlineData(When.Succeeded, Interrupted, false, null)]
    [InlineData(When.Succeeded, Interrupted, true, false)]
    [InlineData(When.Succeeded, Canceled, false, false)]
    [InlineData(When.Succeeded, Canceled, true, false)]
    [InlineData(When.Succeeded, Missed, false, false)]
    [InlineData(When.NotSucceeded, Succeeded, false, false)]
    [InlineData(When.NotSucceeded, Failed, false, true)]
    [InlineData(When.NotSucceeded, Canceled, true, true)]
    [InlineData(When.Ended, Succeeded, false, true)]
    [InlineData(When.Ended, Failed, false, true)]
    [InlineData(When.Ended, Canceled, true, true)]
    public void IsMetBy_AnEnd_IsDecidedUnlessItCanBeSentAgain(When when, ProcessState ended, bool isGone, bool? isMet) => when.IsMetBy(ended, isGone).ShouldBe(isMet);
}
