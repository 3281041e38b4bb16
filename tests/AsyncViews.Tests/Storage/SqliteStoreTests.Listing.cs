using AsyncViews.Sqlite;
using AsyncViews.Storage;
using AsyncViews.Testing;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Tests.Storage;

/// <content>What is found by an index, and not by looking at every row.</content>
public sealed partial class SqliteStoreTests
{
    public static TheoryData<ProcessQuery, string?, string> Searches
    {
        get
        {
            var (from, after) = (DateTimeOffset.UnixEpoch, ProcessId.New());
            ProcessQuery inState = new() { State = ProcessState.Failed };
            ProcessQuery withMetadata = new() { Metadata = new("order", "4711") };
            ProcessQuery inStateOfType = inState with { Type = StoreSteps.PageA };
            return new()
            {
                { new(), null, "USING INDEX kept;" },
                { new() { After = after }, null, "USING INDEX kept (created<?);" },
                { new() { From = from, Until = from }, null, "USING INDEX kept (created>? AND created<?);" },
                { inState, null, "USING INDEX kept_in_state (state=?);" },
                { inState with { From = from }, null, "USING INDEX kept_in_state (state=? AND created>?);" },
                { inState with { After = after }, null, "USING INDEX kept_in_state (state=? AND created<?);" },
                { inStateOfType, null, "USING INDEX kept_of_type (type=? AND state=?);" },
                { inStateOfType with { After = after }, null, "USING INDEX kept_of_type (type=? AND state=? AND created<?);" },
                { new(), "ann", "USING INDEX kept_of_owner (<expr>=?);" },
                { withMetadata, null, "SEARCH metadata USING PRIMARY KEY (hidden=?); SEARCH processes USING INTEGER PRIMARY KEY (rowid=?);" },
                { withMetadata with { After = after }, null, "USING PRIMARY KEY (hidden=? AND accepted<?);" },
                { withMetadata with { From = from, Until = from, State = ProcessState.Failed, Type = StoreSteps.PageA }, null, "USING PRIMARY KEY (hidden=? AND accepted>? AND accepted<?);" },
                { withMetadata, "ann", "USING INDEX kept_of_owner (<expr>=?);" },
                { inStateOfType with { From = from }, "ann", "USING INDEX kept_of_owner (<expr>=? AND created>?);" },
            };
        }
    }

    [Theory, MemberData(nameof(Searches))]
    public async Task Query_OfEveryKind_IsReadFromItsIndexInOrder(ProcessQuery query, string? owner, string index)
    {
        var after = query.After is null ? null : (await Store.FindAsync(await AddedAsync()))!;

        var plan = await PlanOfAsync(ProcessSearch.Statement(new ListPart(query, owner), query.Metadata?.Key, after));

        $"{plan};".ShouldContain(index);
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Query_ForAnIdOrAReference_ReadsThatOfAllIds(bool isId)
    {
        var id = ProcessId.New();
        var query = (isId ? new ProcessQuery { Id = id } : new ProcessQuery { Reference = id.Reference }) with { State = ProcessState.Failed, Type = StoreSteps.PageA, From = DateTimeOffset.UnixEpoch };

        (await PlanOfAsync(ProcessSearch.Statement(new ListPart(query, "ann"), null, null))).ShouldContain(isId ? "(id=?)" : "(id>? AND id<?)");
    }

    [Fact]
    public async Task Deschedule_OfAnIdentity_IsReadFromItsIndex() =>
        (await PlanOfAsync(ProcessTable.IdentityStatement, ("$identity", new byte[32]))).ShouldContain("USING INDEX identities (identity=?)");

    [Fact]
    public async Task Query_ForWhatRuns_ReadsNoMoreThanThat() =>
        (await PlanOfAsync(ProcessSearch.Statement(new ListPart(new ProcessQuery { State = ProcessState.Running, Type = StoreSteps.PageA }, null), null, null))).ShouldStartWith("SCAN processes USING INDEX running;");

    [Fact]
    public async Task Turn_OfALane_ReadsTheLastEntryOfItsIndex()
    {
        var plan = await PlanOfAsync(QueueTable.LastTurnStatement, ("$lane", ""), ("$rank", 0), ("$due", 0));

        plan.ShouldBe("SEARCH processes USING INDEX lanes (<expr>=? AND rank=? AND due=?)");
    }

    [Fact]
    public async Task Submission_OfASender_ReadsOneEntryOfAnIndex()
    {
        (await PlanOfAsync(ShareTable.ReadStatement, ("$owner", ""), ("$lane", ""))).ShouldBe("SEARCH shares USING INDEX sqlite_autoindex_shares_1 (name=?)");
        (await PlanOfAsync(ProcessTable.HolderStatement, ("$key", ""))).ShouldBe("SEARCH processes USING INDEX submission_keys (submission_key=?)");
    }

    [Fact]
    public async Task Sweep_ForSpentKeys_ReadsOnlyTheKeysThatAreLeft() =>
        (await PlanOfAsync(RetentionTable.SpentKeysStatement, ("$idempotent", 0), ("$sent", 0), ("$now", 0))).ShouldBe("SEARCH processes USING INDEX submission_keys (submission_key>?)");

    [Fact]
    public async Task Sweep_ForWhatHasExpired_ReadsNeitherTombstonesNorWhatIsKept()
    {
        (await PlanOfAsync(RetentionTable.ExpiredStatement, ("$now", 0), ("$count", 1))).ShouldStartWith("SEARCH processes USING INDEX expiring (gone=? AND expires<?)");
        (await PlanOfAsync(RetentionTable.OldTombstonesStatement, ("$before", 0), ("$count", 1))).ShouldBe("SEARCH processes USING INDEX expiring (gone=? AND expires<?)");
    }

    [Fact]
    public async Task Sweep_ForExpiredMembersOfGroups_LooksForLiveOnesOnceForEachGroup() =>
        (await PlanOfAsync(RetentionTable.ExpiredStatement, ("$now", 0), ("$count", 1))).ShouldContain("LIST SUBQUERY");

    [Fact]
    public async Task Inspect_ForAverages_ReadsTheLastEntriesOfItsIndex()
    {
        var plan = await PlanOfAsync(ProcessFigures.AveragesStatement);

        plan.ShouldContain("USING INDEX expiring (gone=?)");
        plan.ShouldNotContain("FOR ORDER BY");
    }

    [Fact]
    public async Task Inspect_ForTheLastFailure_ReadsOneEntryOfItsIndex() =>
        (await PlanOfAsync(ProcessFigures.LastFailureStatement)).ShouldContain("USING COVERING INDEX failures");

    [Fact]
    public async Task Position_BehindAnother_ReadsWhatIsBetweenThem()
    {
        (string, object)[] parameters = [("$fromRank", 0), ("$fromDue", 0), ("$fromTurn", 0), ("$fromSequence", 0), ("$rank", 0), ("$due", 0), ("$turn", 0), ("$sequence", 0)];

        (await PlanOfAsync(QueueTable.CountStatement, parameters)).ShouldStartWith("SEARCH processes USING COVERING INDEX queued ((rank,due,turn");
    }

    [Theory]
    [InlineData(QueueTable.NextTurnStatement, "USING COVERING INDEX queued")]
    [InlineData(QueueTable.AnyDueStatement, "USING COVERING INDEX queued;")]
    [InlineData(QueueTable.UsersDueStatement, "USING COVERING INDEX queued_of_users")]
    [InlineData(QuotaTable.AnyDueStatement, "USING COVERING INDEX queued_in_quota (quota=?)")]
    [InlineData(QuotaTable.UsersDueStatement, "USING COVERING INDEX queued_in_quota (quota=?)")]
    [InlineData(QuotaTable.NextNameStatement, "USING COVERING INDEX queued_in_quota (quota>?)")]
    [InlineData(QuotaTable.RunningStatement, "USING COVERING INDEX running_in_quota (quota=?)")]
    public async Task Queue_ForItsNext_ReadsOneEntryOfItsIndex(string statement, string index)
    {
        var plan = await PlanOfAsync(statement, ("$quota", "reports"), ("$after", ""), ("$rank", 0), ("$due", 0), ("$lane", ""), ("$types", "[]"), ("$count", 1), ("$now", 0));

        plan.ShouldContain(index);
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact]
    public async Task Inspect_OfRowsThatWereCopied_CountsThemToo()
    {
        await EndedAsync(ProcessState.Failed, null);
        Execute("INSERT INTO processes (id, type, owner, idempotency_key, limited, lane, anonymous, state, rank, due, turn, max_starts, max_attempts, created, body_length) " +
            "SELECT hex(randomblob(13)), type, owner, 0, 0, lane, 0, state, rank, due, turn, 1, 1, created, 0 FROM processes");

        (await InspectAsync()).Ended.ShouldHaveSingleItem().Count.ShouldBe(2);
    }

    private Task<string> PlanOfAsync((string Sql, (string Name, object? Value)[] Parameters) search) =>
        PlanOfAsync(search.Sql, [.. search.Parameters.Select(parameter => (parameter.Name, parameter.Value!))]);

    private async Task<string> PlanOfAsync(string statement, params (string Name, object Value)[] parameters)
    {
        await AddedAsync();
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {statement}";
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
            steps.Add(reader.GetString(3));

        return string.Join("; ", steps);
    }
}
