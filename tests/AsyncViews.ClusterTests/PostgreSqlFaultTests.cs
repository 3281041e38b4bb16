using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>The store after the database, or another node, has done something behind its back.</summary>
public sealed class PostgreSqlFaultTests(PostgreSqlServer server)
{
    [Fact]
    public async Task Result_WhoseLastPartWasWrittenTwice_IsReadAsWritten()
    {
        await using var own = new PostgreSqlServer();
        await own.InitializeAsync();
        await using var node = await StoreNode.OpenAsync(await own.CreateSchemaAsync());
        var run = await node.ClaimedAsync();
        var bytes = new byte[200_000];
        Random.Shared.NextBytes(bytes);
        await using var body = node.Store.CreateContent();
        await body.WriteAsync(bytes, TestContext.Current.CancellationToken);
        var outcome = new ProcessOutcome(ProcessState.Succeeded) { Body = body };
        await own.KillAsync();
        await Should.ThrowAsync<StoreUnavailableException>(async () => await node.Store.FinishAsync(run.Record.Id, 1, outcome));

        await own.StartAsync();
        await Patience.UntilAsync(() => TryAsync(async () => (await node.Store.FinishAsync(run.Record.Id, 1, outcome)).ShouldBeTrue()), "the end is stored");

        await using var result = (await node.Store.OpenResultAsync(run.Record.Id, TestContext.Current.CancellationToken)).ShouldNotBeNull().Body;
        using var read = new MemoryStream();
        await result.CopyToAsync(read, TestContext.Current.CancellationToken);
        read.ToArray().AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task Submission_WhosePartsWereLost_IsRefused()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using var body = node.Store.CreateContent();
        await body.WriteAsync(new byte[300_000], TestContext.Current.CancellationToken);
        await node.ExecuteAsync("DELETE FROM asyncviews_chunks WHERE number = 1");

        await Should.ThrowAsync<StoreUnavailableException>(async () => await node.Store.AddAsync(StoreNode.NewProcess(body)));

        (await node.Store.ListAsync(new ProcessQuery(), null, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Node_ThatOthersTookForDead_IsKnownAgainAfterItsNextBeat()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await node.Store.MissUnknownAsync(StoreNode.Types, TimeSpan.FromHours(24), TestContext.Current.CancellationToken);
        await node.ExecuteAsync("DELETE FROM asyncviews_nodes");

        await node.Store.HeartbeatAsync([], TestContext.Current.CancellationToken);

        (await node.ReadAsync<string[]>("SELECT types FROM asyncviews_nodes")).ShouldBe(["page:/A"]);
    }

    [Fact]
    public async Task Recovery_WithADamagedRow_EndsTheOtherRunsToo()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var (damaged, sound) = (await node.ClaimedAsync(), await node.ClaimedAsync());
        await node.Store.ReportAsync(damaged.Record.Id, 1, new ProcessProgress(50), 10, TestContext.Current.CancellationToken);
        await node.ExecuteAsync($"UPDATE asyncviews_processes SET sealed_status = '\\x00' WHERE id = '{damaged.Record.Id}'");
        await node.ExecuteAsync("UPDATE asyncviews_processes SET heartbeat = heartbeat - interval '1 hour'");

        (await node.Store.RecoverAsync(TimeSpan.FromMinutes(1), new HashSet<ProcessId>(), hasContact: true, TestContext.Current.CancellationToken)).ShouldBe(2);

        (await node.Store.FindAsync(sound.Record.Id, TestContext.Current.CancellationToken))!.State.ShouldBe(ProcessState.Interrupted);
        (await node.Store.FindAsync(damaged.Record.Id, TestContext.Current.CancellationToken))!.State.ShouldBe(ProcessState.Interrupted);
    }

    [Fact]
    public async Task Claim_AfterALostRun_BeginsWithoutItsProgress()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using var body = node.Store.CreateContent();
        var process = StoreNode.NewProcess(body) with { Terms = new RunTerms { MaxStarts = 2 } };
        await node.Store.AddAsync(process, cancellationToken: TestContext.Current.CancellationToken);
        await node.Store.ClaimAsync(process.Id, StoreNode.Types, cancellationToken: TestContext.Current.CancellationToken);
        await node.Store.ReportAsync(process.Id, 1, new ProcessProgress(90, "nearly done"), 10, TestContext.Current.CancellationToken);
        await node.ExecuteAsync("UPDATE asyncviews_processes SET heartbeat = heartbeat - interval '1 hour'");
        await node.Store.RecoverAsync(TimeSpan.FromMinutes(1), new HashSet<ProcessId>(), hasContact: true, TestContext.Current.CancellationToken);

        await node.Store.ClaimAsync(process.Id, StoreNode.Types, cancellationToken: TestContext.Current.CancellationToken);

        (await node.Store.FindAsync(process.Id, TestContext.Current.CancellationToken))!.Progress.ShouldBe(ProcessProgress.None);
    }

    [Fact]
    public async Task Content_OfATransactionThatWasRolledBack_IsDeletedInTheEnd()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using (var connection = await node.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        await using (var body = node.Store.CreateContent())
        {
            await body.WriteAsync(new byte[100_000], TestContext.Current.CancellationToken);
            (await node.Store.AddAsync(StoreNode.NewProcess(body), transaction, TestContext.Current.CancellationToken)).Outcome.ShouldBe(AddOutcome.Added);
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        }

        await node.Store.SweepAsync(TestContext.Current.CancellationToken);
        (await node.ReadAsync<long>("SELECT COUNT(*) FROM asyncviews_chunks")).ShouldBe(2);
        await node.ExecuteAsync("UPDATE asyncviews_contents SET created = created - interval '2 days'");
        await node.Store.SweepAsync(TestContext.Current.CancellationToken);

        (await node.ReadAsync<long>("SELECT COUNT(*) FROM asyncviews_chunks")).ShouldBe(0);
    }

    /// <summary>Npgsql closes a connection that its keepalive finds broken, and refuses all commands on it from then on.</summary>
    [Fact]
    public async Task Node_WhoseConnectionWasFoundBrokenBetweenBeats_BeatsOnAnother()
    {
        var name = $"heart {Guid.NewGuid():N}";
        await using var node = await StoreNode.OpenAsync($"{await server.CreateSchemaAsync()};Application Name={name};Keepalive=1");
        (await node.ReadAsync<long>(
            $"SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{name}' AND query LIKE 'INSERT INTO asyncviews_nodes%' AND pid <> pg_backend_pid()")).ShouldBe(1);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        await Patience.UntilAsync(() => TryAsync(async () => await node.Store.HeartbeatAsync([], TestContext.Current.CancellationToken)), "the node beats again");
    }

    /// <summary>Whoever looks again at the next time must not do so without a pause.</summary>
    [Fact]
    public async Task DueProcess_ThatSomebodyElseHasLocked_IsLookedForAgainAfterAPause()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using var body = node.Store.CreateContent();
        var process = StoreNode.NewProcess(body) with { Terms = new RunTerms { NotBefore = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1) } };
        await node.Store.AddAsync(process, cancellationToken: TestContext.Current.CancellationToken);
        await node.ExecuteAsync("UPDATE asyncviews_processes SET due = now() - interval '1 minute'");
        await using var connection = await node.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand("SELECT FROM asyncviews_processes FOR UPDATE", connection))
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var asked = TimeProvider.System.GetUtcNow();

        var due = await node.Store.QueueDueAsync(TestContext.Current.CancellationToken);

        due.Next.ShouldNotBeNull().ShouldBeGreaterThan(asked + TimeSpan.FromMilliseconds(100));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        (await node.Store.QueueDueAsync(TestContext.Current.CancellationToken)).Next.ShouldBeNull();
        (await node.Store.FindAsync(process.Id, TestContext.Current.CancellationToken))!.State.ShouldBe(ProcessState.Queued);
    }

    [Fact]
    public async Task LargeContent_IsDeletedInSlices()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await node.ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT COUNT(*) FROM deleted) > 1000 THEN RAISE 'too many at once'; END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER refuse AFTER DELETE ON asyncviews_chunks REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION refuse();
            INSERT INTO asyncviews_contents (id, node, named, removed) SELECT gen_random_uuid(), 'node', true, now() - interval '2 hours' FROM generate_series(1, 3);
            INSERT INTO asyncviews_contents (id, node) SELECT gen_random_uuid(), 'dead' FROM generate_series(1, 12);
            INSERT INTO asyncviews_chunks SELECT id, number, '' FROM asyncviews_contents, generate_series(0, 1500) AS number;
            INSERT INTO asyncviews_contents (id, node, named) VALUES (gen_random_uuid(), 'node', true)
            """);

        await node.Store.SweepAsync(TestContext.Current.CancellationToken);

        (await node.ReadAsync<long>("SELECT COUNT(*) FROM asyncviews_chunks")).ShouldBe(0);
        (await node.ReadAsync<long>("SELECT COUNT(*) FROM asyncviews_contents")).ShouldBe(1);
    }

    [Fact]
    public async Task CleanUp_ThatFails_LeavesTheRecoveryOfLostRuns()
    {
        var schema = await server.CreateSchemaAsync();
        await using var store = await StoreNode.OpenAsync(schema);
        var lost = await store.ClaimedAsync();
        await store.ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
            CREATE TRIGGER refuse BEFORE DELETE ON asyncviews_contents EXECUTE FUNCTION refuse();
            INSERT INTO asyncviews_contents (id, node, named, removed) VALUES (gen_random_uuid(), 'node', true, now() - interval '2 hours');
            UPDATE asyncviews_processes SET heartbeat = heartbeat - interval '1 hour'
            """);
        await using var node = await QuartzNode.StartAsync(schema, new Runs(), engine: engine => engine.Services.AddHealthChecks().AddAsyncViews());

        await Patience.UntilAsync(async () => (await store.Store.FindAsync(lost.Record.Id, TestContext.Current.CancellationToken))!.State == ProcessState.Interrupted, "the lost run is recovered");

        await Patience.UntilAsync(async () => (await node.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Status == HealthStatus.Unhealthy, "the health check tells of the failure");
    }

    private static async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
