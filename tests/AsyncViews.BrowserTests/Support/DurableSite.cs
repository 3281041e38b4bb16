using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AsyncViews.BrowserTests.Support;

/// <summary>The test site on an SQLite store, as a process that can be killed and started again at the same address.</summary>
public sealed partial class DurableSite : IAsyncDisposable
{
    public static readonly string Assembly = typeof(DurableSite).Assembly.Location;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-durable-");
    private readonly string _port = FreePort.Take().ToString(CultureInfo.InvariantCulture);
    private SiteProcess? _process;

    /// <summary>Where all of it is; the store makes a folder of its own there.</summary>
    public string Folder => _folder.FullName;

    public string Address => $"http://127.0.0.1:{_port}";

    public string TraceFile => Path.Combine(_folder.FullName, "trace");

    /// <summary>The folder of the store; null for one beside the ledger.</summary>
    public string? Store { get; init; }

    /// <summary>The program that starts the site with its own arguments: one that watches or limits it.</summary>
    public string[] Launcher { get; set; } = [];

    private string[] Arguments =>
        [Program.SiteCommand, $"--Database=Data Source={DatabaseFile}", $"--Port={_port}", $"--Ledger={LedgerFile}"];

    /// <summary>A launcher that writes a line for every sync of the disk.</summary>
    public string[] Strace => ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", TraceFile];

    /// <summary>The application that is started next; another one is another release.</summary>
    public string Release { get; set; } = Assembly;

    /// <summary>The process that runs, or was killed last.</summary>
    public SiteProcess Process => _process ?? throw new InvalidOperationException("The site was not started.");

    public string DatabaseFile => Path.Combine(StoreFolder, "test.db");

    public string ContentFolder => Path.Combine(StoreFolder, "test-content");

    public string[] ContentFiles => Directory.GetFiles(ContentFolder);

    private string StoreFolder => Store ?? Path.Combine(_folder.FullName, "store");

    private string LedgerFile => Path.Combine(_folder.FullName, "ledger");

    /// <param name="settings">Of <see cref="Site.TestSiteSettings"/>, as arguments.</param>
    public async Task StartAsync(params string[] settings)
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
        _process = await SiteProcess.StartAsync(Launcher, Release, [.. Arguments, .. settings]);
    }

    /// <summary>Starts it, and kills it after a while, be it ready or not.</summary>
    public Task StartAndKillAsync(TimeSpan after) => SiteProcess.StartAndKillAsync(after, Release, Arguments);

    public Task KillAsync() => Process.KillAsync();

    /// <summary>The ids that have started by the ledger, and those that have ended, each as often as it happened.</summary>
    public ILookup<string, string> ReadLedger() => LedgerFiles.Read(LedgerFile);

    /// <summary>Lets those runs end that wait for it, now and later.</summary>
    public void ReleaseRuns() => File.WriteAllText(LedgerFile + ".released", "");

    /// <summary>A client that submits as a script does, with cookies of its own.</summary>
    /// <param name="page">The page that it submits.</param>
    /// <param name="user">Who is signed in; null for nobody.</param>
    public async Task<Submitter> ComeAsync(string page = "/Ledger", string? user = null)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Address) };
        if (user is not null)
        {
            var door = Token().Match(await client.GetStringAsync("/SignIn")).Groups["token"].Value;
            using var signedIn = await client.PostAsync("/SignIn", new FormUrlEncodedContent([new("Name", user), new("__RequestVerificationToken", door)]));
            signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        }

        var form = await client.GetStringAsync(page);
        return new Submitter(client, page, Token().Match(form).Groups["token"].Value);
    }

    /// <summary>The words of the health check.</summary>
    public async Task<JsonElement> ReadHealthAsync()
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync($"{Address}/health", TestContext.Current.CancellationToken);
        using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return health.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex("""__RequestVerificationToken" type="hidden" value="(?<token>[^"]+)""")]
    private static partial Regex Token();
}
