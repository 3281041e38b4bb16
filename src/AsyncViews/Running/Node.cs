using System.Reflection;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running;

/// <summary>This node of the application: one start of its program.</summary>
public sealed class Node
{
    /// <summary>The share of the lease after which a run proves again that it is alive.</summary>
    private const int BeatsInALease = 6;

    internal Node(IOptions<AsyncViewsOptions> options)
    {
        Lease = options.Value.Lease;
        HeartbeatInterval = Lease / BeatsInALease;
    }

    /// <summary>
    /// The name, which no other start of a program has: two programs on one machine are two nodes, and a program that is started
    /// again is another node than before.
    /// </summary>
    public string Name { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";

    /// <summary>The version of the application, as its main assembly states it; null if it states none.</summary>
    public static string? Version { get; } = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>Tells whether a node is meant: by its whole name, by its machine, or by its machine and the number of its process.</summary>
    internal static bool IsMeant(string name, string asked) =>
        name.StartsWith(asked, StringComparison.Ordinal) && name[asked.Length..] is var rest && (rest.Length == 0 || rest[0] == '-' && rest.Count('-') <= 2);

    /// <summary>The time without a heartbeat after which a run is lost.</summary>
    internal TimeSpan Lease { get; }

    internal TimeSpan HeartbeatInterval { get; }
}
