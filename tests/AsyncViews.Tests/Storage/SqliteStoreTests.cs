using AsyncViews.Sqlite;
using AsyncViews.Storage;
using AsyncViews.Testing;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Storage;

/// <summary>The SQLite store keeps the contract, and what is its own: it survives its process, and refuses what it cannot trust.</summary>
public sealed partial class SqliteStoreTests : StoreContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-sqlite-");
    private readonly HashSet<ProcessType> _types = [StoreSteps.PageA];
    private readonly LogCollector _log = new();
    private readonly ILoggerFactory _logs;

    public SqliteStoreTests() => _logs = LoggerFactory.Create(logging => logging.AddProvider(_log));

    protected override bool ClaimsWhatItAdds => true;

    private string DatabasePath => Path.Combine(_folder.FullName, "test.db");

    private string[] ContentFiles => Directory.GetFiles(Path.Combine(_folder.FullName, "test-content"));

    protected override IProcessStore Create(AsyncViewsOptions options, TimeProvider time)
    {
        var store = Closed();
        store.OpenAsync("node").AsTask().GetAwaiter().GetResult();
        return store;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _logs.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Restart_WithQueuedRunningAndEndedProcesses_KeepsInterruptsAndServesThem()
    {
        ProcessId queued, running, repeatable, ended;
        using (var store = await OpenAsync())
        {
            queued = await AddToAsync(store, "queued"u8.ToArray());
            running = await AddToAsync(store, []);
            repeatable = await AddToAsync(store, [], maxStarts: 2);
            ended = await AddToAsync(store, []);
            await store.ClaimAsync(running);
            await store.ClaimAsync(repeatable);
            var claim = await store.ClaimAsync(ended);
            await using var body = store.CreateContent();
            await body.WriteAsync(SomeBytes(200_000));
            (await store.FinishAsync(ended, claim!.Record.Fence, new ProcessOutcome(ProcessState.Succeeded) { Body = body, Progress = new(100, "done") })).ShouldBeTrue();
        }

        using var restarted = await OpenAsync();

        (await restarted.FindDueAsync(_types, 10)).ShouldBe([queued, repeatable]);
        (await ReadAsync(await (await restarted.ClaimAsync(queued))!.Body.OpenReadAsync())).ShouldBe("queued"u8.ToArray());
        (await restarted.FindAsync(running))!.State.ShouldBe(ProcessState.Interrupted);
        (await restarted.OpenSubmissionAsync(running)).ShouldNotBeNull();
        var record = await restarted.FindAsync(ended);
        (record!.State, record.Progress).ShouldBe((ProcessState.Succeeded, new ProcessProgress(100, "done")));
        await using var result = (await restarted.OpenResultAsync(ended))!.Body;
        (await ReadAsync(result)).ShouldBe(SomeBytes(200_000));
        var inspection = await restarted.InspectAsync(TimeSpan.FromSeconds(60));
        (inspection.Queued, inspection.Running).ShouldBe((1, 1));
        inspection.Ended.ShouldBe([new EndedCount(StoreSteps.PageA, ProcessState.Succeeded, 1), new EndedCount(StoreSteps.PageA, ProcessState.Interrupted, 1)], ignoreOrder: true);
    }

    [Theory]
    [InlineData(1, ProcessState.Interrupted)]
    [InlineData(2, ProcessState.Queued)]
    public async Task Restart_BehindAClaimWithTheAcceptance_IsAsBehindAnyClaim(int maxStarts, ProcessState expected)
    {
        ProcessId id;
        using (var store = await OpenAsync())
        {
            await using var body = store.CreateContent();
            var process = NewProcess(body) with { Terms = new() { MaxStarts = maxStarts } };
            (await store.AddAndClaimAsync(process, new ImmediateClaim(_types, () => true))).Claimed.ShouldNotBeNull();
            id = process.Id;
        }

        using var restarted = await OpenAsync();

        var record = (await restarted.FindAsync(id))!;
        (record.State, record.Fence).ShouldBe((expected, 1));
        (await restarted.GetLoadAsync()).Queued.ShouldBe(expected == ProcessState.Queued ? 1 : 0);
        (await restarted.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Succeeded))).ShouldBeFalse();
    }

    [Fact]
    public async Task Restart_WithAnAttemptThatFailed_KeepsItsFailureAndItsTimeAndFindsItByItsIdentity()
    {
        NewProcess process;
        using (var store = await OpenAsync())
        {
            await using var body = store.CreateContent();
            process = NewProcess(body) with { Identity = "nightly", Terms = new() { MaxAttempts = 2 } };
            await store.AddAsync(process);
            await store.ClaimAsync(process.Id);
            await store.FinishAsync(process.Id, 1, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now.AddHours(1), Error = "first" });
        }

        using var restarted = await OpenAsync();

        (await restarted.FindAsync(process.Id))!.ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Scheduled),
            record => record.Terms.NotBefore.ShouldBe(Now.AddHours(1)),
            record => record.Failures.ShouldBe([new ProcessFailure(1, Now, "first")]));
        (await restarted.DescheduleAsync("nightly")).ShouldBe([process.Id]);
    }

    [Fact]
    public async Task Restart_OfARepeatableRun_EndsAtItsLastStart()
    {
        ProcessId id;
        using (var store = await OpenAsync())
        {
            id = await AddToAsync(store, [], maxStarts: 2);
            await store.ClaimAsync(id);
        }

        using (var store = await OpenAsync())
            (await store.ClaimAsync(id))!.Record.Fence.ShouldBe(2);

        using var last = await OpenAsync();
        (await last.FindAsync(id))!.State.ShouldBe(ProcessState.Interrupted);
    }

    [Fact]
    public async Task Restart_WithTheClockAnHourBack_InterruptsWhatRan()
    {
        ProcessId id;
        using (var store = await OpenAsync())
        {
            id = await AddToAsync(store, []);
            await store.ClaimAsync(id);
        }

        Execute($"UPDATE processes SET heartbeat = heartbeat + {TimeSpan.FromHours(1).Ticks}");

        using var restarted = await OpenAsync();
        (await restarted.FindAsync(id))!.State.ShouldBe(ProcessState.Interrupted);
    }

    [Fact]
    public async Task Recover_OfARunThatWasRemoved_ForgetsIt()
    {
        var id = await AddedAsync(process => process with { Terms = new() { MaxStarts = 3 } });
        await Store.ClaimAsync(id);
        await Store.RemoveAsync(id);
        Time.Advance(TimeSpan.FromSeconds(61));

        (await Store.RecoverAsync(TimeSpan.FromSeconds(60), new HashSet<ProcessId>(), hasContact: true)).ShouldBe(1);

        (await Store.FindAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task Claim_AfterALostRun_BeginsWithoutItsProgress()
    {
        var id = await AddedAsync(process => process with { Terms = new() { MaxStarts = 2 } });
        await Store.ClaimAsync(id);
        await Store.ReportAsync(id, 1, new ProcessProgress(90, "nearly done"), 10);
        Time.Advance(TimeSpan.FromSeconds(61));
        await Store.RecoverAsync(TimeSpan.FromSeconds(60), new HashSet<ProcessId>(), hasContact: true);

        await Store.ClaimAsync(id);

        (await Store.FindAsync(id))!.Progress.ShouldBe(ProcessProgress.None);
    }

    [Fact]
    public async Task Recover_OfARunWithoutHeartbeat_InterruptsItUnlessItLivesHere()
    {
        var alive = await AddedAsync();
        var beating = await AddedAsync();
        var lost = await AddedAsync();
        await Store.ClaimAsync(alive);
        await Store.ClaimAsync(lost);
        await Store.ClaimAsync(beating);
        Time.Advance(TimeSpan.FromSeconds(61));
        await Store.HeartbeatAsync([new FencedRun(beating, 1)]);

        (await Store.RecoverAsync(TimeSpan.FromSeconds(60), new HashSet<ProcessId> { alive }, hasContact: true)).ShouldBe(1);

        (await Store.FindAsync(alive))!.State.ShouldBe(ProcessState.Running);
        (await Store.FindAsync(beating))!.State.ShouldBe(ProcessState.Running);
        (await Store.FindAsync(lost))!.State.ShouldBe(ProcessState.Interrupted);
    }

    [Fact]
    public async Task Recover_ByANodeWithoutContact_EndsNothing()
    {
        var silent = await AddedAsync();
        await Store.ClaimAsync(silent);
        Time.Advance(TimeSpan.FromSeconds(61));

        (await Store.RecoverAsync(TimeSpan.FromSeconds(60), new HashSet<ProcessId>(), hasContact: false)).ShouldBe(0);

        (await Store.FindAsync(silent))!.State.ShouldBe(ProcessState.Running);
    }

    [Fact]
    public async Task Heartbeat_OfAnEarlierRun_DoesNotProveThatTheCurrentOneLives()
    {
        var id = await AddedAsync(process => process with { Terms = new() { MaxAttempts = 2 } });
        await Store.ClaimAsync(id);
        await Store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now });
        await Store.QueueDueAsync();
        (await Store.ClaimAsync(id))!.Record.Fence.ShouldBe(2);
        Time.Advance(TimeSpan.FromSeconds(61));

        (await Store.HeartbeatAsync([new FencedRun(id, 1)])).Lost.ShouldBe([id]);

        (await Store.RecoverAsync(TimeSpan.FromSeconds(60), new HashSet<ProcessId>(), hasContact: true)).ShouldBe(1);
    }

    [Fact]
    public async Task Watch_OfAStoreThatNobodyElseHas_EndsAtOnce() => (await Store.WatchAsync().CountAsync()).ShouldBe(0);

    [Fact]
    public async Task Secrets_OfALiveProcess_AreNowhereOnTheDisk()
    {
        var canary = "canary-4711"u8.ToArray();
        using (var store = await OpenAsync())
        {
            await using var body = store.CreateContent();
            await body.WriteAsync(canary);
            var process = NewProcess(body) with { Origin = "canary-4711", Identity = "canary-4711", Submission = canary, RunSecrets = canary };
            await store.AddAsync(process);
            var claim = await store.ClaimAsync(process.Id);
            await store.ReportAsync(process.Id, 1, new ProcessProgress(1, "canary-4711"), 50);
            await store.FinishAsync(process.Id, 1, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Time.GetUtcNow(), Error = "canary-4711" });
            await store.QueueDueAsync();
            claim = await store.ClaimAsync(process.Id);
            await using var result = store.CreateContent();
            await result.WriteAsync(canary);
            await store.FinishAsync(process.Id, claim!.Record.Fence, new ProcessOutcome(ProcessState.Succeeded) { Response = canary, Body = result, Error = "canary-4711" });
            foreach (var file in FilesOf(_folder))
                (await ReadSharedAsync(file)).AsSpan().IndexOf(canary).ShouldBe(-1, file);
        }
    }

    [Theory]
    [InlineData(ProcessState.Succeeded)]
    [InlineData(ProcessState.Failed)]
    [InlineData(ProcessState.Interrupted)]
    public async Task RunSecrets_OfAProcess_AreGoneWithItsEnd(ProcessState end)
    {
        await using var body = Store.CreateContent();
        var process = NewProcess(body) with { RunSecrets = "secret"u8.ToArray() };
        await Store.AddAsync(process);
        (await ClaimedAsync(process.Id)).RunSecrets.ToArray().ShouldBe("secret"u8.ToArray());
        Query("SELECT COUNT(sealed_run_secrets) FROM processes").ShouldBe(1);

        await Store.FinishAsync(process.Id, 1, new ProcessOutcome(end));

        Query("SELECT COUNT(sealed_run_secrets) FROM processes").ShouldBe(0);
        Query("SELECT COUNT(sealed_submission) FROM processes").ShouldBe(end == ProcessState.Succeeded ? 0 : 1);
    }

    [Fact]
    public async Task Removal_WhileAReaderIsInTheWayOfTheLog_IsRepeatedAtTheNextSweep()
    {
        var id = await AddedAsync(body: SomeBytes(10_000));
        using (var reader = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabasePath};Pooling=False"))
        {
            reader.Open();
            using var transaction = reader.BeginTransaction(deferred: true);
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM processes";
            command.ExecuteScalar();
            await Store.RemoveAsync(id);
            await Store.SweepAsync();
            new FileInfo(DatabasePath + "-wal").Length.ShouldBeGreaterThan(0);
        }

        await Store.SweepAsync();

        new FileInfo(DatabasePath + "-wal").Length.ShouldBe(0);
    }

    [Fact]
    public async Task Removal_OfAProcess_LeavesNoContentFile()
    {
        var id = await AddedAsync(body: SomeBytes(100_000));
        ContentFiles.Length.ShouldBe(1);
        await SucceededAsync(id, SomeBytes(100_000));
        ContentFiles.Length.ShouldBe(1, "the request is deleted at success, the result is kept");

        await Store.RemoveAsync(id);

        ContentFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_WhileAForeignProgramLocksTheDatabase_FailsAndWorksAfterwards()
    {
        await AddedAsync();
        using (var foreign = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabasePath};Pooling=False"))
        {
            foreign.Open();
            using var transaction = foreign.BeginTransaction();
            await Should.ThrowAsync<StoreUnavailableException>(() => AddAsync());
        }

        (await AddAsync()).Outcome.ShouldBe(AddOutcome.Added);
        (await Store.GetLoadAsync()).Queued.ShouldBe(2);
    }

    private SqliteProcessStore Closed() => new(
        new SqliteLocation(DatabasePath, FollowsContentRoot: false), Microsoft.Extensions.Options.Options.Create(Options), Time, _logs.CreateLogger<SqliteProcessStore>());

    private async Task<SqliteProcessStore> OpenAsync()
    {
        var store = Closed();
        await store.OpenAsync("node");
        return store;
    }

    private static async Task<ProcessId> AddToAsync(SqliteProcessStore store, byte[] content, int maxStarts = 1)
    {
        await using var body = store.CreateContent();
        await body.WriteAsync(content);
        var process = NewProcess(body) with { Terms = new() { MaxStarts = maxStarts } };
        (await store.AddAsync(process)).Outcome.ShouldBe(AddOutcome.Added);
        return process.Id;
    }

    private void Execute(string sql) => Query(sql);

    private long? Query(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long?;
    }

    private static IEnumerable<string> FilesOf(DirectoryInfo folder) =>
        folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Extension != ".lock").Select(file => file.FullName);

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return await ReadAsync(file);
    }
}
