using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AsyncViews.EntityFrameworkTests.Support;

/// <summary>An application with a store, a shop and jobs whose work is the test's own.</summary>
public sealed class ShopSite : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ShopSite(WebApplication application) => _application = application;

    public IProcessManager Processes => _application.Services.GetRequiredService<IProcessManager>();

    public IJobScheduler Jobs => _application.Services.GetRequiredService<IJobScheduler>();

    public Uri Address => new(_application.Urls.Single());

    public static async Task<ShopSite> StartAsync(
        DatabaseKind kind,
        string connectionString,
        Work work,
        Action<AsyncViewsBuilder>? configure = null,
        Action<DbContextOptionsBuilder>? options = null,
        Func<HttpContext, RequestDelegate, Task>? middleware = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRazorPages();
        builder.Services.AddSingleton(work);
        builder.Services.AddDbContext<Shop>(context =>
        {
            context.Use(kind, connectionString).UseProcessTransactions();
            options?.Invoke(context);
        });
        builder.Services.AddDbContext<Archive>(context => context.Use(kind, connectionString));
        var asyncViews = builder.Services.AddAsyncViews(settings =>
        {
            settings.SweepInterval = TimeSpan.FromMilliseconds(200);
            settings.MaxResultBytes = 1024;
        }).Use(kind, connectionString).AddJob<InTransaction>("in-transaction").AddJob<InTwo>("in-two").AddJob<Plain>("plain").AddJob<Serializable>("serializable");
        configure?.Invoke(asyncViews);
        var application = builder.Build();
        if (middleware is not null)
            application.Use(middleware);
        application.MapRazorPages();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new ShopSite(application);
    }

    /// <summary>Runs it to its end.</summary>
    public async Task<ProcessStatus> RunAsync<TArgs>(TArgs args, ScheduleOptions? options = null) => await EndOfAsync(await Jobs.ScheduleAsync(args, options, TestContext.Current.CancellationToken));

    /// <summary>Submits the page as a script does, and returns the acknowledged id; null if it was refused.</summary>
    public async Task<ProcessId?> SubmitAsync(string address, string name)
    {
        using var client = CreateClient();
        return await SubmitAsync(client, address, name);
    }

    /// <summary>Creates a script's client, which keeps its cookies.</summary>
    public HttpClient CreateClient() => new() { BaseAddress = Address, DefaultRequestHeaders = { { "Accept", "application/json" } } };

    public static async Task<ProcessId?> SubmitAsync(HttpClient client, string address, string name)
    {
        using var answer = await client.PostAsync(address, new FormUrlEncodedContent([new("Name", name)]), TestContext.Current.CancellationToken);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            return null;
        return ProcessId.Parse(QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["process_id"].ToString());
    }

    /// <summary>Reads the page that a run has made.</summary>
    public async Task<string> ReadResultAsync(ProcessId id)
    {
        await using var result = await Processes.OpenResultAsync(id, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(result.ShouldNotBeNull().Body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public async Task<ProcessStatus> EndOfAsync(ProcessId id)
    {
        var status = await Processes.WaitAsync(id, Patience.Limit, TestContext.Current.CancellationToken);
        return status is { IsEnded: true } ? status : throw new TimeoutException($"{id} has not ended: {status}");
    }

    /// <summary>Reads what others see of the shop.</summary>
    public async Task<string[]> ReadNamesAsync()
    {
        await using var scope = Scope();
        return await scope.ServiceProvider.GetRequiredService<Shop>().Items.OrderBy(item => item.Id).Select(item => item.Name).ToArrayAsync(TestContext.Current.CancellationToken);
    }

    public AsyncServiceScope Scope() => _application.Services.CreateAsyncScope();

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }
}

/// <summary>The work of all jobs of a test.</summary>
public delegate Task<string?> Work(Shop shop, IServiceProvider services, ProcessContext process);

public sealed record TransactionArgs(string Name = "");

public sealed record TwoArgs(string Name = "");

public sealed record PlainArgs(string Name = "");

public sealed record SerializableArgs(string Name = "");

[Transactional<Shop>]
[RetryOfTimeouts]
[SuppressMessage("Performance", "CA1812", Justification = "The container makes it.")]
internal sealed class InTransaction(Shop shop, IServiceProvider services, Work work) : IJob<TransactionArgs, string?>
{
    public Task<string?> RunAsync(TransactionArgs args, ProcessContext process, CancellationToken cancellationToken) => work(shop, services, process);
}

[Transactional<Shop>(Order = 1), Transactional<Archive>]
[SuppressMessage("Performance", "CA1812", Justification = "The container makes it.")]
internal sealed class InTwo(Shop shop, IServiceProvider services, Work work) : IJob<TwoArgs, string?>
{
    public Task<string?> RunAsync(TwoArgs args, ProcessContext process, CancellationToken cancellationToken) => work(shop, services, process);
}

[NotTransactional]
[SuppressMessage("Performance", "CA1812", Justification = "The container makes it.")]
internal sealed class Plain(Shop shop, IServiceProvider services, Work work) : IJob<PlainArgs, string?>
{
    public Task<string?> RunAsync(PlainArgs args, ProcessContext process, CancellationToken cancellationToken) => work(shop, services, process);
}

[Transactional<Shop>(IsolationLevel = System.Data.IsolationLevel.Serializable)]
[RetryOnFailure(5, FirstDelaySeconds = 0)]
[SuppressMessage("Performance", "CA1812", Justification = "The container makes it.")]
internal sealed class Serializable(Shop shop, IServiceProvider services, Work work) : IJob<SerializableArgs, string?>
{
    public Task<string?> RunAsync(SerializableArgs args, ProcessContext process, CancellationToken cancellationToken) => work(shop, services, process);
}

public sealed record MethodArgs(string Name = "");

[RetryOnFailure(2)]
[SuppressMessage("Performance", "CA1812", Justification = "The container makes it.")]
internal sealed class OnItsMethod(Shop shop, IServiceProvider services, Work work) : IJob<MethodArgs>
{
    [Transactional<Shop>]
    [RetryOfTimeouts]
    Task IJob<MethodArgs>.RunAsync(MethodArgs args, ProcessContext process, CancellationToken cancellationToken) => work(shop, services, process);
}

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RetryOfTimeoutsAttribute() : RetryOnFailureAttribute(2)
{
    public override bool ShouldRetry(Exception exception, int failures) => exception is TimeoutException;

    public override TimeSpan DelayAfter(int failures) => TimeSpan.Zero;
}

public sealed record DerivedArgs(string Name = "");

[Transactional<Shop>]
internal abstract class TransactionalBase;

[NotTransactional]
[SuppressMessage("Performance", "CA1812", Justification = "The container makes it.")]
internal sealed class DerivedPlain(Shop shop, IServiceProvider services, Work work) : TransactionalBase, IJob<DerivedArgs, string?>
{
    public Task<string?> RunAsync(DerivedArgs args, ProcessContext process, CancellationToken cancellationToken) => work(shop, services, process);
}
