using System.Globalization;
using System.Security.Claims;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Measures;
using AsyncViews.Storage.Sealing;
using AsyncViews.Submissions;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.AspNetCore.DataProtection;

namespace AsyncViews.Benchmarks.Inside;

/// <summary>The steps inside of a submission and its run, each alone.</summary>
[MemoryDiagnoser]
public class InsideBenchmarks
{
    private static readonly CapturedCulture Culture = CapturedCulture.Of(CultureInfo.GetCultureInfo("en-US"));

    private static readonly Submission Submission = Submission.Capture(new ClaimsPrincipal(new ClaimsIdentity()), Culture, Culture, new CapturedRequest
    {
        Scheme = "https",
        Host = "example.org",
        PathBase = "",
        Path = "/import",
        QueryString = "",
        Protocol = "HTTP/2",
        RouteValues = new() { ["page"] = "/Import" },
        Headers = new() { ["Accept"] = ["text/html"], ["Content-Type"] = ["application/x-www-form-urlencoded"], ["User-Agent"] = ["Mozilla/5.0"] },
        ContentLength = 200,
        RemoteIpAddress = "::1",
        RemotePort = 5000,
        Features = [],
    });

    private readonly byte[] _serialized = Submission.Serialize();
    private readonly byte[] _salt = new byte[32];
    private RecordKey _key = null!;
    private byte[] _sealed = [];
    private readonly ProcessId _id = ProcessId.New();
    private Vault _vault = null!;
    private OpenStore _memory = null!;
    private OpenStore _sqlite = null!;

    public static void Run()
    {
        Scratch.Make();
        try
        {
            BenchmarkRunner.Run<InsideBenchmarks>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
        }
        finally
        {
            Scratch.Remove();
        }
    }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _vault = new Vault(new EphemeralDataProtectionProvider().CreateProtector("benchmark"));
        _vault.MakeKey();
        _key = _vault.NewKey(ProcessId.New(), "owner");
        _sealed = _key.Seal("request", _serialized);
        _memory = await OpenStore.OpenAsync(null);
        _sqlite = await OpenStore.OpenAsync(Scratch.NewDatabase());
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _memory.DisposeAsync();
        await _sqlite.DisposeAsync();
    }

    [Benchmark]
    public byte[] Serialize() => Submission.Serialize();

    [Benchmark]
    public object Deserialize() => Submission.Deserialize(_serialized);

    [Benchmark]
    public byte[] Seal() => _key.Seal("request", _serialized);

    [Benchmark]
    public byte[] Open() => _key.Open("request", _sealed);

    [Benchmark]
    public object DeriveKey() => _vault.KeyOf(_salt, _id, "owner");

    [Benchmark]
    public Task InMemoryAddClaimFinishAsync() => AddClaimFinishAsync(_memory);

    [Benchmark]
    public Task SqliteAddClaimFinishAsync() => AddClaimFinishAsync(_sqlite);

    private static async Task AddClaimFinishAsync(OpenStore store)
    {
        var id = ProcessId.New();
        await store.SubmitAsync(id);
        await store.RunAsync(id);
    }
}
