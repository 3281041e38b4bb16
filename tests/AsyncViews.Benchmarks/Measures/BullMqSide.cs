using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>A submission that is run, against a POST of Express that puts a job into BullMQ. That one checks no token and binds no model, and its Redis syncs once a second.</summary>
internal static class BullMqSide
{
    private const string Measure = "POST→303 until all have run, SQLite with FULL";

    public static async Task<Row> CompareAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "BullMq");
        if (!await CanRunAsync("redis-server", "--version") || !await CanRunAsync("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"))
            return Row.Report(Measure, "not measured", "BullMQ: needs redis-server, node and its packages (apt-get install redis-server nodejs npm)");

        await using var server = await ServerProcess.StartAsync(new ServerOptions { Database = Scratch.NewDatabase() });
        var data = Path.GetDirectoryName(Scratch.NewDatabase())!;
        await using var rival = await ServerProcess.StartAsync("node", [Path.Combine(folder, "server.mjs"), data]);
        var comparison = await Comparison.RunAsync(Submitting.Of(server, "/Work", 303, runBy: server), Side.Of(rival, 302, _ => Posts(rival.Http1), runBy: rival));
        return comparison.ToRow(Measure, "Express, BullMQ and Redis, synced once a second", 1.4);
    }

    private static Func<ReadOnlyMemory<byte>> Posts(Uri root)
    {
        var body = "Input.Name=benchmark&Input.Kind=Empty&Input.Number=0000000000";
        var request = Encoding.ASCII.GetBytes($"POST /work HTTP/1.1\r\nHost: {root.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        return () =>
        {
            Person.NextNumber().TryFormat(request.AsSpan(^10..), out _, "D10");
            return request;
        };
    }

    private static async Task<bool> CanRunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
