namespace AsyncViews.ClusterTests.Support;

/// <summary>A farm of three nodes, at a server of its own, that the tests of a class share.</summary>
/// <param name="engine">Arguments that give its nodes their engine.</param>
public abstract class SharedFarm(string[] engine) : IAsyncLifetime
{
    private const int Whole = 3;

    private static readonly string[] Settings = ["--Runs=2"];

    private Farm _farm = null!;

    public string[] Engine => engine;

    public PostgreSqlServer Server { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        _farm = await Farm.StartAsync(Server, [.. engine, Farm.Mortal], Whole, Settings);
    }

    /// <summary>The farm with all its nodes, where runs wait until they are released.</summary>
    public async Task<Farm> WholeAsync()
    {
        _farm.HoldRuns();
        while (_farm.Nodes.Count < Whole)
            await _farm.AddNodeAsync(Settings);
        return _farm;
    }

    public async ValueTask DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Has an engine in each node.</summary>
public sealed class InProcessFarm() : SharedFarm(Farm.InProcess);

/// <summary>Has one clustered scheduler for all nodes.</summary>
public sealed class QuartzFarm() : SharedFarm(Farm.Quartz);
