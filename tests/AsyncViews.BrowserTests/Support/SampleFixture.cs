using AsyncViews.BrowserTests.Support;

[assembly: AssemblyFixture(typeof(SampleFixture))]

namespace AsyncViews.BrowserTests.Support;

/// <summary>The sample site, published and run as its users would, in a folder with nothing of an earlier run.</summary>
/// <param name="arguments">Its settings.</param>
public abstract class RunningSample(params string[] arguments) : IAsyncLifetime
{
    private readonly TemporaryCopy _copy = new(Published, "App_Data");
    private SiteProcess? _process;

    /// <summary>The one that was built with these tests, unless it is to be another: one that was made of packages, say.</summary>
    public static string Published => Environment.GetEnvironmentVariable("ASYNCVIEWS_SAMPLE_SITE") ?? Path.Combine(AppContext.BaseDirectory, "sample-site");

    public string Address => _process!.Address;

    public async ValueTask InitializeAsync() => _process = await SiteProcess.StartAsync(Path.Combine(_copy.Folder, "SampleSite.dll"), arguments);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _copy.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The sample that most tests share.</summary>
public sealed class SampleFixture() : RunningSample();

/// <summary>A sample whose work rests for so long that only a test ends it.</summary>
public sealed class SlowSample() : RunningSample(Slow)
{
    /// <summary>The arguments that make a sample so slow.</summary>
    public static readonly string[] Slow = ["--stretch", "20"];
}
