using AsyncViews.ClusterTests.Support;

namespace AsyncViews.ClusterTests;

/// <summary>A farm whose nodes share a clustered Quartz.NET scheduler.</summary>
public sealed class QuartzFarmTests(PostgreSqlServer server) : FarmTests(server, Farm.Quartz);

/// <summary>The engine on a clustered Quartz.NET scheduler.</summary>
public sealed class QuartzTests(PostgreSqlServer server)
{
    [Fact]
    public async Task Submission_OnOneNode_EndsInItsResult()
    {
        await using var farm = await Farm.StartAsync(server, Farm.Quartz, 1);

        var id = await farm.SubmitAsync(("Milliseconds", "1"));

        await farm.IsAsync("succeeded", id);
        using var result = await farm.GetAsync($"/Ledger?handler=result&process_id={id}");
        (await result.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"<p id=\"written\">{id}</p>");
        farm.ReadLedger()["start"].ShouldBe([id]);
    }
}
