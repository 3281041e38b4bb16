using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AsyncViews.BrowserTests.Support;

/// <summary>The test site on an SQLite store, as a process that can be killed and started again at the same address.</summary>
public sealed partial class DurableSite : IAsyncDisposable
{
    private static readonly string Assembly = typeof(DurableSite).Assembly.Location;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-durable-");
    private readonly string _port = FreePort();
    private SiteProcess? _process;

    public string Address => $"http://127.0.0.1:{_port}";

    public string TraceFile => Path.Combine(_folder.FullName, "trace");

    private string LedgerFile => Path.Combine(_folder.FullName, "ledger");

    private string[] Arguments => [Program.SiteCommand, $"Data Source={Path.Combine(_folder.FullName, "store", "test.db")}", _port, LedgerFile];

    public async Task StartAsync(bool traced = false)
    {
        _process = traced ? await SiteProcess.StartTracedAsync(TraceFile, Assembly, Arguments) : await SiteProcess.StartAsync(Assembly, Arguments);
    }

    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Which ids the ledger says have started, and which have ended, each as often as it happened.</summary>
    public ILookup<string, string> ReadLedger() =>
        (File.Exists(LedgerFile) ? File.ReadAllLines(LedgerFile) : []).Select(line => line.Split(' ')).Where(words => words.Length == 2)
            .ToLookup(words => words[0], words => words[1]);

    /// <summary>A client that submits as a script does, with cookies of its own.</summary>
    public async Task<Submitter> ComeAsync()
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Address) };
        var form = await client.GetStringAsync("/Ledger");
        return new Submitter(client, Token().Match(form).Groups["token"].Value);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""__RequestVerificationToken" type="hidden" value="(?<token>[^"]+)""")]
    private static partial Regex Token();

    public sealed partial class Submitter(HttpClient client, string token) : IDisposable
    {
        private int _number;

        /// <summary>The id that was acknowledged; null when there was no answer.</summary>
        public async Task<string?> SubmitAsync(int milliseconds)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/Ledger") { Headers = { { "Accept", "application/json" } } };
                request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["__RequestVerificationToken"] = token,
                    ["Number"] = (++_number).ToString(CultureInfo.InvariantCulture),
                    ["Milliseconds"] = milliseconds.ToString(CultureInfo.InvariantCulture),
                });
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                return response.StatusCode == HttpStatusCode.Accepted ? Id().Match(response.Headers.Location!.OriginalString).Value : null;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }

        public async Task<string> ReadStateAsync(string id)
        {
            using var response = await client.GetAsync($"/Ledger?handler=completed&process_id={id}&output_json=1", TestContext.Current.CancellationToken);
            using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            return status.RootElement.GetProperty("state").GetString()!;
        }

        public async Task<string> ReadResultAsync(string id) =>
            await client.GetStringAsync($"/Ledger?handler=result&process_id={id}", TestContext.Current.CancellationToken);

        public void Dispose() => client.Dispose();

        [GeneratedRegex("(?<=process_id=)[0-9a-z]{26}")]
        private static partial Regex Id();
    }
}
