using System.Collections.Concurrent;
using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.ClusterTests;

/// <summary>Messages that one node takes and another one's run reads.</summary>
public sealed class MessageTests(PostgreSqlServer server)
{
    /// <summary>A run looks every fifteen seconds for what it was not told of: so often in turn, that would take longer than this waits.</summary>
    [Fact]
    public async Task Messages_ToARunOnAnotherNode_ArriveWithoutWaitingForTheNextLook()
    {
        const int Messages = 10;
        var schema = await server.CreateSchemaAsync();
        var read = new ConcurrentQueue<int>();
        await using var web = await StartAsync(NodeRole.Web);
        await using var worker = await StartAsync(NodeRole.Worker);
        var processes = web.Services.GetRequiredService<IProcessManager>();
        var id = await web.Jobs.ScheduleAsync(new Echo(), cancellationToken: TestContext.Current.CancellationToken);

        await SendInTurnAsync().WaitAsync(Messages * TimeSpan.FromSeconds(13), TestContext.Current.CancellationToken);

        await processes.SendAsync(id, 0, TestContext.Current.CancellationToken);
        (await processes.WaitAsync(id, Patience.Limit, TestContext.Current.CancellationToken))!.State.ShouldBe(ProcessState.Succeeded);
        (await processes.SendAsync(id, Messages + 1, TestContext.Current.CancellationToken)).ShouldBe(SendOutcome.AlreadyEnded);
        read.ShouldBe([.. Enumerable.Range(1, Messages), 0]);
        await using var store = await StoreNode.OpenAsync(schema, "reader");
        (await store.ReadAsync<long>("SELECT COUNT(*) FROM asyncviews_messages")).ShouldBe(0);

        async Task SendInTurnAsync()
        {
            foreach (var number in Enumerable.Range(1, Messages))
            {
                (await processes.SendAsync(id, number, TestContext.Current.CancellationToken)).ShouldBe(SendOutcome.Sent);
                await Patience.UntilAsync(() => Task.FromResult(read.Contains(number)), $"{number} is read");
            }
        }

        Task<QuartzNode> StartAsync(NodeRole role) => QuartzNode.StartAsync(schema, new Runs(), options => options.Role = role, engine =>
        {
            engine.Services.AddSingleton(read);
            engine.AddJob<EchoJob>("echo");
        });
    }

    private sealed record Echo;

    private sealed class EchoJob(ConcurrentQueue<int> read) : IJob<Echo>
    {
        public async Task RunAsync(Echo args, ProcessContext process, CancellationToken cancellationToken)
        {
            await foreach (var message in process.Messages.WithCancellation(cancellationToken))
            {
                read.Enqueue(message.Read<int>());
                if (message.Read<int>() == 0)
                    break;
            }
        }
    }
}
