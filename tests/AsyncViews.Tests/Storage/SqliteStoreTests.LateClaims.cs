using System.Threading.Channels;
using AsyncViews.Sqlite;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Storage;

/// <content>Claims that a disk makes when nobody waits for them any more.</content>
public sealed partial class SqliteStoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Claim_MadeWhenNobodyWaitsForIt_IsGivenBack(bool byId)
    {
        using var parts = await HangingStore.OpenAsync(this);
        var process = await parts.AddAsync();
        await parts.RetryAsync(process.Id);
        using var hangs = parts.Hang();
        var claiming = byId ? parts.Claims.ClaimAsync(process.Id, _types, null).AsTask() : parts.Claims.ClaimNextAsync(_types, 1, 1, null).AsTask() as Task;
        using var commits = parts.HangInCommit(hangs);

        Time.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<StoreUnavailableException>(claiming.Soon("an answer"));
        commits.Set();

        await Eventually.BeTrueAsync(() => parts.Told(process.Id, ProcessChangeKind.Scheduled), "the process waits again");
        parts.Find(process.Id).ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Queued),
            record => record.StartedAt.ShouldBeNull(),
            record => record.Starts.ShouldHaveSingleItem().Attempt.ShouldBe(1));
        parts.Load.Current.Queued.ShouldBe(1);
        (await parts.Claims.ClaimAsync(process.Id, _types, null)).ShouldNotBeNull().Record.Fence.ShouldBe(2);
    }

    [Fact]
    public async Task Claim_OfAnAcceptanceThatNobodyWaitsFor_IsGivenBack()
    {
        using var parts = await HangingStore.OpenAsync(this);
        using var hangs = parts.Hang();
        var process = await parts.NewAsync();
        var adding = parts.Submissions.AddAsync(process, new ImmediateClaim(_types, () => true), CancellationToken.None).AsTask();
        using var commits = parts.HangInCommit(hangs);

        Time.Advance(TimeSpan.FromSeconds(30));
        (await Should.ThrowAsync<StoreUnavailableException>(adding.Soon("an answer"))).MayBeStored.ShouldBeTrue();
        commits.Set();

        await Eventually.BeTrueAsync(() => parts.Told(process.Id, ProcessChangeKind.Scheduled), "the process waits");
        var record = parts.Find(process.Id);
        (record.State, record.Fence, record.Starts.Count).ShouldBe((ProcessState.Queued, 0, 0));
        parts.Load.Current.Queued.ShouldBe(1);
    }

    [Fact]
    public async Task Claim_MadeWhenNobodyWaitsForIt_OfAProcessThatIsCanceledMeanwhile_EndsIt()
    {
        using var parts = await HangingStore.OpenAsync(this);
        var process = await parts.AddAsync();
        using var hangs = parts.Hang();
        var claiming = parts.Claims.ClaimAsync(process.Id, _types, null).AsTask();
        var canceling = parts.Submissions.RequestCancelAsync(process.Id).AsTask();
        using var commits = parts.HangInCommit(hangs);

        Time.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<StoreUnavailableException>(claiming.Soon("an answer"));
        await Should.ThrowAsync<StoreUnavailableException>(canceling.Soon("an answer"));
        commits.Set();

        await Eventually.BeTrueAsync(() => parts.Told(process.Id, ProcessChangeKind.Ended), "the process ends");
        parts.Find(process.Id).State.ShouldBe(ProcessState.Canceled);
    }

    /// <summary>The parts of a store whose disk answers when the test says so.</summary>
    private sealed class HangingStore(SqliteStoreTests tests) : IDisposable
    {
        private readonly StoreFiles _files = new(tests.DatabasePath, tests.Time, tests._logs.CreateLogger("files"));
        private readonly Channel<ProcessChange> _followers = Channel.CreateUnbounded<ProcessChange>();
        private readonly List<ProcessChange> _told = [];

        public LoadCounter Load { get; } = new();

        public Transactions Transactions { get; private set; } = null!;

        public AsyncViews.Sqlite.Submissions Submissions { get; private set; } = null!;

        public Claims Claims { get; private set; } = null!;

        public Runs Runs { get; private set; } = null!;

        public static async Task<HangingStore> OpenAsync(SqliteStoreTests tests)
        {
            var logger = tests._logs.CreateLogger("parts");
            var opened = new HangingStore(tests);
            await opened._files.OpenAsync(opened.Load, CancellationToken.None);
            opened.Transactions = new Transactions(opened._files, opened.Load, opened._followers.Writer, tests.Time, TimeSpan.FromDays(1), logger);
            opened.Runs = new Runs(opened._files, opened.Transactions, logger);
            opened.Submissions = new AsyncViews.Sqlite.Submissions(opened._files, opened.Transactions, opened.Runs, opened.Load, new StoreLimits(tests.Options), "node");
            opened.Claims = new Claims(opened._files, opened.Transactions, opened.Runs, new SetAside(logger), "node", tests.Time, logger);
            return opened;
        }

        public async Task<NewProcess> NewAsync(int length = 4)
        {
            var body = new ContentSpool(_files.Content.CreateSink);
            await body.WriteAsync(SomeBytes(length));
            return NewProcess(body) with { Terms = new() { MaxStarts = 1, MaxAttempts = 2 } };
        }

        public async Task<NewProcess> AddAsync(int length = 4)
        {
            var process = await NewAsync(length);
            (await Submissions.AddAsync(process, claim: null, CancellationToken.None)).Outcome.ShouldBe(AddOutcome.Added);
            return process;
        }

        /// <summary>Lets the first attempt fail.</summary>
        public async Task RetryAsync(ProcessId id)
        {
            (await Claims.ClaimAsync(id, tests._types, null)).ShouldNotBeNull();
            (await Runs.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = tests.Now, Error = "first" }, CancellationToken.None)).ShouldBeTrue();
        }

        public ProcessRecord Find(ProcessId id) => _files.Database.Read(db => ProcessTable.Find(db, id)).ShouldNotBeNull().Record;

        public bool Has(ProcessId id) => _files.Database.Read(db => ProcessTable.Find(db, id)) is not null;

        /// <summary>Keeps the writer waiting until it is set. What is asked for meanwhile has not begun.</summary>
        public ManualResetEventSlim Hang() => Hang(failure: null, release: null);

        /// <summary>Begins what was asked for since, and keeps its commit waiting until it is set. It fails then if it is to.</summary>
        public ManualResetEventSlim HangInCommit(ManualResetEventSlim hangs, Exception? failure = null) => Hang(failure, hangs);

        private ManualResetEventSlim Hang(Exception? failure, ManualResetEventSlim? release)
        {
            var begun = new ManualResetEventSlim();
            var hangs = new ManualResetEventSlim();
            _ = _files.Database.Write(_ =>
            {
                begun.Set();
                hangs.Wait();
                return failure is null ? true : throw failure;
            });
            release?.Set();
            begun.Wait();
            return hangs;
        }

        public bool Told(ProcessId id, ProcessChangeKind kind)
        {
            while (_followers.Reader.TryRead(out var change))
                _told.Add(change);
            return _told.Contains(new ProcessChange(kind, id));
        }

        public void Dispose() => _files.Dispose();
    }
}
