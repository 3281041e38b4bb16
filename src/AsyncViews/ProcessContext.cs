using System.Security.Claims;
using System.Text.Json;

namespace AsyncViews;

/// <summary>The running process as its own code sees it.</summary>
public sealed class ProcessContext : IProgress<double>
{
    private readonly Action<Func<ProcessProgress, ProcessProgress>> _report;
    private readonly Action _unmeasurable;

    internal ProcessContext(
        ProcessId id, int attempt, string owner, ClaimsPrincipal user, Action<Func<ProcessProgress, ProcessProgress>> report, Action unmeasurable, CancellationToken cancellationToken)
    {
        Id = id;
        Attempt = attempt;
        Owner = owner;
        User = user;
        CancellationToken = cancellationToken;
        _report = report;
        _unmeasurable = unmeasurable;
    }

    /// <summary>Names this process; the same at every attempt, so it serves as an idempotency key towards other systems.</summary>
    public ProcessId Id { get; }

    /// <summary>1 for the first start, and one more for each later one.</summary>
    public int Attempt { get; }

    /// <summary>Who sent it; nobody who is authenticated where nobody was signed in.</summary>
    public ClaimsPrincipal User { get; }

    /// <summary>Who may see it, and what it starts.</summary>
    internal string Owner { get; }

    /// <summary>Signalled when the person cancels and, shortly before the host's shutdown budget ends, when it stops.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Tells the person who waits how far the work has come. Cheap: call it for every row.</summary>
    /// <param name="percent">0 to 100: clamped, and rounded to one decimal. NaN means that it is not measured.</param>
    /// <param name="message">The current step, at most 4,096 characters; null keeps the last one.</param>
    /// <param name="data">Anything for the application's own pages, serialised as JSON; null keeps the last one.</param>
    /// <exception cref="NotSupportedException"><paramref name="data"/> cannot be serialised.</exception>
    public void ReportProgress(double percent, string? message = null, object? data = null)
    {
        if (double.IsNaN(percent))
            _unmeasurable();

        double? measured = double.IsNaN(percent) ? null : Math.Round(Math.Clamp(percent, 0, 100), 1);
        var json = data is null ? null : JsonSerializer.Serialize(data);
        _report(last => new ProcessProgress(measured, Cut(message) ?? last.Message, json ?? last.Data));
    }

    /// <summary>Names the current step and leaves the percentage as it is.</summary>
    /// <param name="message">At most 4,096 characters; a longer one is cut.</param>
    public void ReportProgress(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _report(last => last with { Message = Cut(message) });
    }

    void IProgress<double>.Report(double value) => ReportProgress(value);

    private static string? Cut(string? message)
    {
        if (message is not { Length: > ProcessProgress.MaxMessageLength })
            return message;

        // Never half of a surrogate pair: it could not be encoded.
        var length = ProcessProgress.MaxMessageLength;
        return message[..(char.IsHighSurrogate(message[length - 1]) ? length - 1 : length)];
    }
}
