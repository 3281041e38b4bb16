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
