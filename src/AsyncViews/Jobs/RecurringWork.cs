using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AsyncViews.Jobs;

/// <summary>A registration of recurring work.</summary>
/// <param name="name">The name, by which its starts are known in the store.</param>
/// <param name="pattern">What people read of its times, such as a cron expression and a time zone. Another pattern means other times.</param>
/// <param name="args">The arguments of its job.</param>
/// <param name="argsType">The type by which the job is found.</param>
/// <param name="nextAfter">Returns the first due time after this one; null if there is none.</param>
/// <param name="options">How it starts.</param>
internal sealed class RecurringWork(string name, string pattern, object args, Type argsType, Func<DateTimeOffset, DateTimeOffset?> nextAfter, RecurringOptions options)
{
    /// <summary>The number of missed starts that are made up for.</summary>
    private const int MostMissed = 1000;

    public string Name => name;

    public string Pattern => pattern;

    public object Args => args;

    public Type ArgsType => argsType;

    public RecurringOptions Options => options;

    /// <summary>The identity of the waiting starts of a registration.</summary>
    public static string IdentityOf(string name, string fingerprint) => $"recurring {fingerprint} {name}";

    /// <summary>Identifies all that decides its next start. A start with another fingerprint is of an earlier registration.</summary>
    public string Fingerprint => field ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(new { pattern, type = argsType.FullName, args = JobArguments.Normalize(JobArguments.Write(args, argsType), argsType), options }))))[..32];

    /// <summary>Returns the due times of the starts that follow the last one, the last of them in the future; empty if there is none any more.</summary>
    /// <param name="last">The due time of the last start; null if there was none.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidOperationException">A time is not later than the one before, so there would be no end of them.</exception>
    public IReadOnlyList<DateTimeOffset> NextAfter(DateTimeOffset? last, DateTimeOffset now)
    {
        var since = last is { } at && (options.Missed == MissedStarts.All || at > now) ? at : now;
        var due = new Queue<DateTimeOffset>();
        while (nextAfter(since) is { } time)
        {
            if (time <= since)
                throw new InvalidOperationException($"The recurring work '{name}' has no usable times: the next one after {since:O} must be later, and is {time:O}. Where there is none any more, return null.");

            since = time;
            due.Enqueue(time);
            if (due.Count > MostMissed + 1)
                due.Dequeue();
            if (time > now)
                break;
        }

        return [.. due];
    }
}
