using System.Globalization;
using System.Text.RegularExpressions;
using AsyncViews.ClusterTests.Support;
using AsyncViews.PostgreSql;
using AsyncViews.Storage;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>A list is read from an index in its order, so that it takes as long with a million processes as with a thousand.</summary>
public sealed partial class SearchPlanTests(FullStore store) : IClassFixture<FullStore>
{
    public static TheoryData<ProcessQuery, string?, string> Searches
    {
        get
        {
            var (from, after) = (DateTimeOffset.UnixEpoch, ProcessId.New());
            var type = ProcessType.OfPage("/A");
            ProcessQuery inState = new() { State = ProcessState.Failed };
            ProcessQuery withMetadata = new() { Metadata = new("order", "4711") };
            return new()
            {
                { new(), null, "asyncviews_kept" },
                { new() { After = after }, null, "asyncviews_kept" },
                { new() { From = from, Until = from }, null, "asyncviews_kept" },
                { inState, null, "asyncviews_kept_in_state" },
                { inState with { From = from, After = after }, null, "asyncviews_kept_in_state" },
                { inState with { Type = type }, null, "asyncviews_kept_of_type" },
                { new() { Type = type }, null, "asyncviews_kept_of_type" },
                { new() { Type = type, After = after }, null, "asyncviews_kept_of_type" },
                { inState with { Type = type, After = after }, null, "asyncviews_kept_of_type" },
                { new(), "owner-1", "asyncviews_kept_of_owner" },
                { new() { From = from, Until = from }, "owner-1", "asyncviews_kept_of_owner" },
                { new() { After = after }, "owner-1", "asyncviews_kept_of_owner" },
                { withMetadata, null, "asyncviews_metadata_pkey" },
                { withMetadata with { From = from, State = ProcessState.Failed, Type = type, After = after }, null, "asyncviews_metadata_pkey" },
            };
        }
    }

    [Theory, MemberData(nameof(Searches))]
    public async Task Query_OfEveryKind_IsReadFromItsIndexInOrder(ProcessQuery query, string? owner, string index)
    {
        var after = query.After is null ? null : store.Known;

        var plan = await ExplainAsync(ProcessSearch.Statement(new ListPart(query, owner), query.Metadata?.Key, after));

        plan.ShouldContain($" using {index} on ");
        plan.ShouldNotContain("Seq Scan");
        plan.ShouldNotContain("Sort");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Query_ForAnIdOrAReference_ReadsThatOfAllIds(bool isId)
    {
        var id = ProcessId.New();
        var query = (isId ? new ProcessQuery { Id = id } : new ProcessQuery { Reference = id.Reference }) with { State = ProcessState.Failed, From = DateTimeOffset.UnixEpoch };

        (await ExplainAsync(ProcessSearch.Statement(new ListPart(query, "owner-1"), null, null))).ShouldContain(isId ? "Index Cond: (id = " : "Index Cond: ((id >= ");
    }

    /// <summary>Thousands of older ones of the same state, type or owner are beside the range.</summary>
    [Theory, InlineData(true, false, false), InlineData(true, true, false), InlineData(false, false, true)]
    public async Task Query_ForARangeWithNothingInIt_ReadsOnlyTheWayToIt(bool byState, bool byType, bool byOwner)
    {
        var query = new ProcessQuery { State = byState ? ProcessState.Missed : null, Type = byType ? ProcessType.OfPage("/A") : null, From = DateTimeOffset.UnixEpoch.AddYears(100) };

        var plan = await ExplainAsync(ProcessSearch.Statement(new ListPart(query, byOwner ? "owner-9" : null), null, null), "(ANALYZE, BUFFERS)");

        PagesReadBy(plan).ShouldBeInRange(1, 10, plan);
    }

    /// <summary>Each sweep of each node asks for them.</summary>
    [Fact]
    public async Task Averages_AreReadFromTheLastEntriesOfTheirIndex()
    {
        var plan = await ExplainAsync((Readings.AveragesStatement, []), "(ANALYZE, BUFFERS)");

        plan.Split("Index Scan Backward using asyncviews_expiring on ").Length.ShouldBe(3, plan);
        plan.ShouldNotContain("Seq Scan");
        PagesReadBy(plan).ShouldBeInRange(1, 200, plan);
    }

    private static int PagesReadBy(string plan) => PagesRead().Match(plan).Groups.Values.Skip(1).Sum(group => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0);

    private async Task<string> ExplainAsync((string Sql, NpgsqlParameter[] Parameters) statement, string how = "")
    {
        await using var explain = store.Node.Source.CreateCommand($"EXPLAIN {how} {statement.Sql}");
        explain.Parameters.AddRange(statement.Parameters);
        List<string> lines = [];
        await using var reader = await explain.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    [GeneratedRegex("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?")]
    private static partial Regex PagesRead();
}
