using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using AsyncViews.Testing;

namespace AsyncViews.Tests.Storage;

public class InMemoryStoreTests : StoreContract
{
    protected override bool ClaimsWhatItAdds => true;

    [Fact]
    public void Content_ThatNothingNeedsAnyMore_IsHandedOverToOneCaller()
    {
        var processes = new InMemoryProcesses(Options, Time);
        var process = NewProcess(Store.CreateContent());
        processes.Add(process, new ContentElsewhere());

        var before = processes.TakeUnneeded();
        processes.Remove(processes.Find(process.Id)!);
        var after = processes.TakeUnneeded();

        (before.Count, after.Count, processes.TakeUnneeded().Count).ShouldBe((0, 1, 0));
    }

    [Fact]
    public async Task Sweep_AfterAnEndUnderAClockThatWasAhead_RemovesWhatHasExpiredSince()
    {
        Time.AdjustTime(Time.GetUtcNow().AddYears(1));
        var ahead = await AddedAsync();
        await SucceededAsync(ahead);
        Time.AdjustTime(Time.GetUtcNow().AddYears(-1));
        var since = await AddedAsync();
        await SucceededAsync(since);

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await Store.FindAsync(ahead))!.IsGone.ShouldBeFalse();
        (await Store.FindAsync(since))!.IsGone.ShouldBeTrue();

        Time.Advance(Options.TombstoneRetention);
        await Store.SweepAsync();
        (await Store.FindAsync(since)).ShouldBeNull();
    }

    /// <summary>To look through the group for each of its members would take minutes.</summary>
    [Fact]
    public async Task Group_OfManyThousands_IsAddedAndExpires()
    {
        await using var body = Store.CreateContent();
        NewProcess[] members = [.. Enumerable.Range(0, 50_000).Select(_ => NewProcess(body) with { Id = ProcessId.New(), IsLimited = false, Group = "many" })];
        var completion = NewProcess(body) with { Id = ProcessId.New(), IsLimited = false, AfterGroup = "many" };
        (await Store.AddAllAsync([members[0], completion, .. members[1..]])).ShouldBe(AddOutcome.Added);
        (await Store.FindAsync(completion.Id))!.WaitsFor.ShouldBe(members.Length);

        foreach (var member in members[..^1].Reverse())
            await Store.RequestCancelAsync(member.Id);
        Time.Advance(Options.ResultRetention);
        (await Store.SweepAsync()).ShouldBe(0, "the last member lives");

        await Store.RequestCancelAsync(members[^1].Id);
        (await Store.FindAsync(completion.Id))!.State.ShouldBe(ProcessState.Queued);
        Time.Advance(Options.ResultRetention);
        (await Store.SweepAsync()).ShouldBe(members.Length);
    }

    protected override IProcessStore Create(AsyncViewsOptions options, TimeProvider time)
    {
        var store = new InMemoryProcessStore(Microsoft.Extensions.Options.Options.Create(options), time);
        store.OpenAsync("node").AsTask().GetAwaiter().GetResult();
        return store;
    }

    private sealed class ContentElsewhere : Content
    {
        public override long Length => ContentSpool.InlineLimit + 1;

        public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override ValueTask DeleteAsync() => ValueTask.CompletedTask;
    }
}
