using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The cost of a poll against the cheapest endpoint there is, and its growth when much is live.</summary>
internal static class Polling
{
    private const int Many = 10_000;
    public const string Htmx = "HX-Request: true\r\n";
    public const string Json = "Accept: application/json\r\n";

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Runs = 2 * Many });
        using var person = await Person.ArriveAsync(server.Http1);
        List<string> processes = [await person.SubmitAsync("/Work", WorkKind.Timer)];
        await server.RunsAsync(1);

        var stale = new Poll(server, person, "news", Htmx, Completed);
        var one = await stale.CompareAsync(processes);
        var json = await new Poll(server, person, "json", Json, Completed).CompareAsync(processes);
        var unchanged = await person.PollAddressAsync(processes[0]);
        var quiet = await new Poll(server, person, "quiet", Htmx, _ => unchanged).CompareAsync(processes);

        while (processes.Count < Many)
            processes.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => person.SubmitAsync("/Work", WorkKind.Timer))));
        await server.RunsAsync(Many);
        var many = await stale.CompareAsync(processes);
        var flat = many.Ratio / one.Ratio;
        return
        [
            one.ToRow("poll with news (HTML)", "minimal API, same bytes", 0.7),
            json.ToRow("poll of a script (JSON)", "minimal API, same bytes", 0.8),
            quiet.ToRow("poll without news (204)", "minimal API, same bytes", 0.6),
            new Row("poll with news, 10,000 live processes", $"{many.Rate:N0}/s ({many.Cpu:0.00} ms)", $"1 live process: {one.Rate:N0}/s ({one.Cpu:0.00} ms)",
                $"{flat:0.00} ({one.Cpu / many.Cpu:0.00})", "≥ 0.90 (flat)", flat >= 0.9),
        ];
    }

    public static string Completed(string processing) => processing.Replace("handler=processing", "handler=completed", StringComparison.Ordinal);

    private sealed record Poll(ServerProcess Server, Person Person, string Name, string Headers, Func<string, string> Address)
    {
        public async Task<Comparison> CompareAsync(List<string> processes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address(processes[0]));
            var header = Headers.Trim().Split(": ");
            request.Headers.Add(header[0], header[1]);
            using var response = await Person.Client.SendAsync(request);
            await Server.AnswerSameAsync(Name, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsByteArrayAsync());

            var requests = processes.Select(process => Person.Get(Address(process), Headers)).ToArray();
            var same = Person.Get($"/same/{Name}", Headers);
            var status = (int)response.StatusCode;
            return await Comparison.RunAsync(
                Side.Of(Server, status, client =>
                {
                    var next = client;
                    return () => requests[(next += Comparison.Clients) % requests.Length];
                }),
                Side.Of(Server, status, _ => () => same));
        }
    }
}
