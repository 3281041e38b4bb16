using AsyncViews.ClusterTests.Support;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>A node that is cut off from the database, and whose connections do not break.</summary>
public sealed class WireTests(PostgreSqlServer server)
{
    [Fact]
    public async Task Node_WhoseConnectionsAreHalfOpen_LosesItsRunsAndComesBack()
    {
        await using var farm = await Farm.StartAsync(server, [Farm.Mortal], 1);
        var other = farm.Nodes[0];
        await using var wire = new Wire(new NpgsqlConnectionStringBuilder(farm.ConnectionString).Port);
        var cut = await farm.AddNodeAsync($"--PostgreSql={new NpgsqlConnectionStringBuilder(farm.ConnectionString) { Port = wire.Port, CommandTimeout = 10, Timeout = 10 }.ConnectionString}");
        string lost, kept;
        (lost, kept) = (await SubmitToAsync(cut), await SubmitToAsync(other));
        farm.Leave(cut);

        wire.Cut();

        await farm.IsAsync("interrupted", lost);
        await farm.IsAsync("running", kept);
        await farm.IsAsync("succeeded", await farm.SubmitAsync(("Milliseconds", "1")));

        wire.Mend();

        farm.Return(cut);
        await StoreNode.CommandAsync(farm.ConnectionString, "drain", Farm.NameOf(other));
        farm.Leave(cut);
        var later = await farm.SubmitAsync(("Milliseconds", "1"));
        await farm.IsAsync("succeeded", later);
        farm.Return(cut);
        (await farm.NodeOfAsync(later)).ShouldBe(cut);
        farm.ReleaseRuns();
        await farm.IsAsync("succeeded", kept);
        await farm.IsAsync("interrupted", lost);
        farm.ReadLedger()["start"].CountBy(id => id).ShouldAllBe(starts => starts.Value == 1);

        // Which of the two takes it is theirs to decide.
        async Task<string> SubmitToAsync(SiteProcess node)
        {
            while (true)
            {
                var id = await farm.SubmitAsync(("Wait", "until-released"));
                await farm.IsAsync("running", id);
                if (await farm.NodeOfAsync(id) == node)
                    return id;
            }
        }
    }

    [Fact]
    public async Task Command_AtADatabaseThatDoesNotAnswer_EndsAsOneThatFailed()
    {
        var schema = new NpgsqlConnectionStringBuilder(await server.CreateSchemaAsync()) { CommandTimeout = 10, Timeout = 10 };
        await using var wire = new Wire(schema.Port);
        wire.Cut();
        schema.Port = wire.Port;

        (await StoreNode.CommandAsync(schema.ConnectionString, "queue-health")).ShouldBe(2);
    }
}
