using System.Globalization;
using System.Text.Json;
using AsyncViews.Management;
using AsyncViews.Running;
using AsyncViews.Storage;

namespace AsyncViews.Commands;

/// <summary>Says how the queue stands.</summary>
internal sealed class QueueHealthCommand(IProcessStore store, QueueReport report, Node node) : Command
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public override string Name => "queue-health";

    public override string Usage => "queue-health [--json]: shows the number of waiting processes, the longest wait, the estimated remaining time, the kept processes that have ended by type and state, and the time of the last failure. Exit code 1 if a process is stuck or cannot run in this application.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        var line = new CommandLine(words, "json");
        line.Argument(0, most: 0);
        var health = report.Of(await store.InspectAsync(node.Lease, cancellationToken));
        await output.WriteLineAsync(line.Has("json") ? JsonSerializer.Serialize(health, Json) : Describe(health));
        return health.Stuck + health.UnknownTypes.Count > 0 ? Failed : Done;
    }

    private static string Describe(QueueHealth health) => string.Join(Environment.NewLine,
    [
        $"scheduled {health.Scheduled}, queued {health.Queued}, running {health.Running}, stuck {health.Stuck}",
        .. health.OldestWaitingSeconds is { } oldest ? [$"longest wait: {TimeSpan.FromSeconds(oldest)}"] : Array.Empty<string>(),
        .. health.RemainingSeconds is { } left ? [$"estimated time for the queue: {TimeSpan.FromSeconds(left)}{(health.IsRough ? ", excluding types that have never run" : "")}"] : Array.Empty<string>(),
        .. health.Types.Select(type => $"{type.Type}: {type.Queued} queued{(health.UnknownTypes.Contains(type.Type) ? ", but this application cannot run it" : "")}"),
        .. health.Quotas.Select(quota => $"quota {quota.Name}: {quota.Running} of {quota.Limit?.ToString(CultureInfo.InvariantCulture) ?? "any number"} running, {quota.Queued} queued"),
        .. health.Ended.Select(type => $"{type.Key}: {string.Join(", ", type.Value.Select(state => $"{state.Value} {state.Key}"))}"),
        .. health.LastFailureAt is { } failure ? [$"last failure: {failure.ToString("u", CultureInfo.InvariantCulture)}"] : Array.Empty<string>(),
    ]);
}
