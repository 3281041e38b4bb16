using AsyncViews.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AsyncViews.ClusterTests.Support;

/// <summary>A node of a farm, with a look behind its store.</summary>
internal sealed class StoreNode(ServiceProvider services, NpgsqlDataSource source) : IAsyncDisposable
{
    public static readonly HashSet<ProcessType> Types = [ProcessType.OfPage("/A")];

    public IProcessStore Store => services.GetRequiredService<IProcessStore>();

    public NpgsqlDataSource Source => source;

    public static async Task<StoreNode> OpenAsync(string connectionString, string name = "node", TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddAsyncViews().UsePostgreSql(connectionString);
        var node = new StoreNode(services.BuildServiceProvider(), NpgsqlDataSource.Create(connectionString));
        await node.Store.OpenAsync(name, TestContext.Current.CancellationToken);
        return node;
    }

    public static NewProcess NewProcess(ContentSpool body) => new() { Id = ProcessId.New(), Owner = "ann", Type = ProcessType.OfPage("/A"), Submission = "the request"u8.ToArray(), Body = body };

    public async Task<ClaimedProcess> ClaimedAsync()
    {
        await using var body = Store.CreateContent();
        var process = NewProcess(body);
        (await Store.AddAsync(process)).Outcome.ShouldBe(AddOutcome.Added);
        return (await Store.ClaimAsync(process.Id, Types)).ShouldNotBeNull();
    }

    /// <summary>Runs a command of the application's program at this store, and returns its exit code.</summary>
    public static async Task<int> CommandAsync(string connectionString, params string[] words)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAsyncViews().UsePostgreSql(connectionString);
        return await builder.Build().RunWithCommandsAsync(words);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await source.DisposeAsync();
    }
}
