using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AsyncViews.ClusterTests.Support;

/// <summary>A PostgreSQL server of its own, on loopback and in a temporary folder. The one that the system may run is left alone.</summary>
public sealed partial class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>In seconds: a busy machine takes its time for a connection and for a statement as well.</summary>
    private const int Patience = 120;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"asyncviews-postgresql-{Guid.NewGuid():N}");
    private readonly int _port = FreePort.Take();
    private Process? _server;

    /// <summary>A library that the server loads when it starts; null for none.</summary>
    public string? Preloaded { get; init; }

    /// <summary>Tells whether it syncs the disk. Tests need no sync: a kill of its processes loses nothing that the operating system has.</summary>
    public bool Syncs { get; init; }

    /// <summary>Connects to the server's own database, with an optional schema.</summary>
    public string ConnectionString(string? schema = null) =>
        $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Max Auto Prepare=60;Maximum Pool Size=30;Timeout={Patience};Command Timeout={Patience}{(schema is null ? "" : $";Search Path={schema}")}";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        if (IsRoot)
            await RunAsync("chown", "postgres", _folder);
        await RunAsync(AsServersUser(Tool("initdb"), "--pgdata", _folder, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"));
        await StartAsync();
    }

    /// <summary>Starts the server, and returns when it answers.</summary>
    public async Task StartAsync()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString());
        for (var began = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            // It ends at once while the memory that it had shared is in use, as it is for a moment after a kill.
            if (_server is not { HasExited: false })
                Launch();
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (began.Elapsed.TotalSeconds < Patience)
            {
            }
        }
    }

    /// <summary>Creates a schema of a test's own, and returns the connection string that leads to it.</summary>
    public async Task<string> CreateSchemaAsync()
    {
        var schema = $"test_{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(ConnectionString());
        await using var command = source.CreateCommand($"CREATE SCHEMA {schema}");
        await command.ExecuteNonQueryAsync();
        return ConnectionString(schema);
    }

    /// <summary>SIGKILL of all its processes.</summary>
    public async Task KillAsync()
    {
        if (_server is not { HasExited: false })
            return;

        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Launch()
    {
        _server?.Dispose();
        _server = Start(AsServersUser(Tool("postgres"), "-D", _folder, "-p", _port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c", "max_connections=300", "-c", $"fsync={(Syncs ? "on" : "off")}", "-c", $"shared_preload_libraries={Preloaded}"));
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
    }

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsServersUser(params string[] command) => IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command;

    private static string Tool(string name) => Directory.GetDirectories("/usr/lib/postgresql")
        .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
        .Select(folder => Path.Combine(folder, "bin", name))
        .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException($"PostgreSQL's {name} is missing. Install the package postgresql.");

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} failed: {await output}{await error}");
    }
}
