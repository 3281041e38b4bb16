using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace AsyncViews.ClusterTests.Support;

/// <summary>Several nodes of one site at one database, and a client that comes to another node with every request, as behind a round robin.</summary>
public sealed partial class Farm : IAsyncDisposable
{
    /// <summary>The lease of a farm whose nodes die: a test waits for its end, and a node on a machine with more to do shows itself before.</summary>
    public static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(12);

    /// <summary>The argument that gives it to a node.</summary>
    public static readonly string Mortal = $"--LeaseMilliseconds={ShortLease.TotalMilliseconds}";

    /// <summary>Arguments that give each node its own engine.</summary>
    public static readonly string[] InProcess = [];

    /// <summary>Arguments that give all nodes one clustered scheduler.</summary>
    public static readonly string[] Quartz = ["--Quartz=true"];

    /// <summary>The program of the nodes.</summary>
    public static readonly string Assembly = typeof(Farm).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Node").Value!;

    private readonly string _connectionString;
    private readonly NpgsqlDataSource _source;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-farm-");
    private readonly List<SiteProcess> _nodes = [];
    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false });
    private string _token = "";
    private int _turn;

    private readonly string[] _engine;

    private Farm(string connectionString, string[] engine) => (_connectionString, _engine, _source) = (connectionString, engine, NpgsqlDataSource.Create(connectionString));

    public IReadOnlyList<SiteProcess> Nodes => _nodes;

    public string ConnectionString => _connectionString;

    private string LedgerFile => Path.Combine(_folder.FullName, "ledger");

    /// <summary>Starts so many nodes at once on an empty database, with an engine in each process.</summary>
    public static Task<Farm> StartAsync(PostgreSqlServer server, int nodes, params string[] settings) => StartAsync(server, InProcess, nodes, settings);

    /// <summary>Starts so many nodes at once on an empty database.</summary>
    /// <param name="server">Has the database.</param>
    /// <param name="engine">Arguments of these nodes and of all that are added.</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="settings">Arguments of these nodes alone.</param>
    public static async Task<Farm> StartAsync(PostgreSqlServer server, string[] engine, int nodes, params string[] settings)
    {
        var farm = new Farm(await server.CreateSchemaAsync(), engine);
        await Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => farm.AddNodeAsync(settings)));
        var form = await farm.GetAsync("/Ledger");
        farm._token = Token().Match(await form.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Groups["token"].Value;
        return farm;
    }

    public async Task<SiteProcess> AddNodeAsync(params string[] settings)
    {
        var node = await SiteProcess.StartAsync(
            Assembly, ["site", $"--PostgreSql={_connectionString}", $"--Ledger={LedgerFile}", "--SweepMilliseconds=500", .. _engine, .. settings]);
        lock (_nodes)
            _nodes.Add(node);
        return node;
    }

    /// <summary>The addresses of the nodes, for a proxy before them.</summary>
    public string[] ReadAddresses()
    {
        lock (_nodes)
            return [.. _nodes.Select(node => node.Address)];
    }

    /// <summary>Kills the node, and sends it nothing more.</summary>
    public async Task KillAsync(SiteProcess node)
    {
        Leave(node);
        await node.KillAsync();
    }

    /// <summary>Sends it nothing more.</summary>
    public void Leave(SiteProcess node)
    {
        lock (_nodes)
            _nodes.Remove(node);
    }

    /// <summary>Sends requests to it again.</summary>
    public void Return(SiteProcess node)
    {
        lock (_nodes)
            _nodes.Add(node);
    }

    /// <summary>Asks the next node.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(NextNode().Address + path), TestContext.Current.CancellationToken);

    /// <summary>Asks this node.</summary>
    public async Task<HttpResponseMessage> GetFromAsync(SiteProcess node, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address + path);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Submits the form of the ledger, which writes each start and end, to the next node, and returns the acknowledged id.</summary>
    public async Task<string> SubmitAsync(params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync("/Ledger", [.. fields, ("Number", (++_turn).ToString(CultureInfo.InvariantCulture))]);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return Id().Match(answer.Headers.Location!.OriginalString).Value;
    }

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => PostToAsync(NextNode().Address, path, fields);

    /// <summary>Submits the form through a proxy, and returns the acknowledged id; null if it was refused, or nobody knows.</summary>
    public async Task<string?> TrySubmitAsync(string proxy, params (string Name, string Value)[] fields)
    {
        using var answer = await PostToAsync(proxy, "/Ledger", [.. fields, ("Number", Interlocked.Increment(ref _turn).ToString(CultureInfo.InvariantCulture))]);
        return answer.StatusCode == System.Net.HttpStatusCode.Accepted ? Id().Match(answer.Headers.Location!.OriginalString).Value : null;
    }

    private async Task<HttpResponseMessage> PostToAsync(string address, string path, (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + path) { Headers = { { "Accept", "application/json" } } };
        request.Content = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), new("__RequestVerificationToken", _token)]);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> CancelAsync(string id) => PostAsync($"/Ledger?handler=cancel&process_id={id}");

    /// <summary>Reads the status from the next node.</summary>
    public async Task<JsonElement> ReadStatusAsync(string id)
    {
        using var response = await GetAsync($"/Ledger?handler=completed&process_id={id}&output_json=1");
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return status.RootElement.Clone();
    }

    public async Task<string> ReadStateAsync(string id) => (await ReadStatusAsync(id)).GetProperty("state").GetString()!;

    /// <summary>Waits until every node says that it has come to this state.</summary>
    public async Task IsAsync(string state, string id)
    {
        var seen = "";
        try
        {
            await Patience.UntilAsync(async () =>
            {
                foreach (var _ in Nodes)
                {
                    seen = await ReadStateAsync(id);
                    if (seen != state)
                        return false;
                }

                return true;
            }, $"{id} is {state}");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}; it is {seen}", exception);
        }
    }

    /// <summary>The name that the node has in the store, without what tells its start from others.</summary>
    public static string NameOf(SiteProcess node) => $"{Environment.MachineName}-{node.Id}";

    /// <summary>Finds the node that runs it, or has run it.</summary>
    public async Task<SiteProcess> NodeOfAsync(string id)
    {
        await using var command = _source.CreateCommand("SELECT node FROM asyncviews_processes WHERE id = $1");
        command.Parameters.AddWithValue(id);
        var name = (string)(await command.ExecuteScalarAsync())!;
        return Nodes.Single(node => name.StartsWith(NameOf(node) + "-", StringComparison.Ordinal));
    }

    /// <summary>The states of all processes, by their ids, as the database has them.</summary>
    public async Task<Dictionary<string, ProcessState>> ReadStatesAsync()
    {
        await using var command = _source.CreateCommand("SELECT id, state FROM asyncviews_processes");
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var states = new Dictionary<string, ProcessState>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            states[rows.GetString(0)] = (ProcessState)rows.GetInt16(1);
        return states;
    }

    /// <summary>Waits until this process's run has written its first line: the store says somewhat earlier that it runs.</summary>
    public Task HasBegunAsync(string id) => Patience.UntilAsync(() => Task.FromResult(ReadLedger()["start"].Contains(id)), $"{id} has begun");

    /// <summary>The ids that the ledger says have started, and those that have ended, each as often as it happened.</summary>
    public ILookup<string, string> ReadLedger() => LedgerFiles.Read(LedgerFile);

    /// <summary>Lets those runs end that wait for it, now and later.</summary>
    public void ReleaseRuns() => File.WriteAllText(LedgerFile + ".released", "");

    /// <summary>Closes this client's own connections to a database that was away.</summary>
    public void Reconnect() => _source.Clear();

    /// <summary>Lets runs wait again.</summary>
    public void HoldRuns() => File.Delete(LedgerFile + ".released");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _source.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private SiteProcess NextNode()
    {
        lock (_nodes)
            return _nodes[Interlocked.Increment(ref _turn) % _nodes.Count];
    }

    [GeneratedRegex("""__RequestVerificationToken" type="hidden" value="(?<token>[^"]+)""")]
    private static partial Regex Token();

    [GeneratedRegex("(?<=process_id=)[0-9a-z]{26}")]
    private static partial Regex Id();
}
