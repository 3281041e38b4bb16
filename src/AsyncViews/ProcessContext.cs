using System.Security.Claims;
using System.Text.Json;

namespace AsyncViews;

/// <summary>The running process, for its own code.</summary>
public sealed class ProcessContext : IProgress<double>
{
    private readonly Action<Func<ProcessProgress, ProcessProgress>> _report;
    private readonly Action _unmeasurable;
    private readonly Action<int> _dataTooLong;

    internal ProcessContext(
        ProcessId id, int attempt, string owner, ClaimsPrincipal user, Action<Func<ProcessProgress, ProcessProgress>> report, Action unmeasurable, Action<int> dataTooLong,
        CancellationToken cancellationToken)
    {
        Id = id;
        Attempt = attempt;
        Owner = owner;
        User = user;
        CancellationToken = cancellationToken;
        _report = report;
        _unmeasurable = unmeasurable;
        _dataTooLong = dataTooLong;
    }

    /// <summary>The id of this process. It stays the same in every attempt, so it serves as an idempotency key for other systems.</summary>
    public ProcessId Id { get; }

    /// <summary>The number of this start: 1 is the first.</summary>
    public int Attempt { get; }

    /// <summary>The user who submitted it; unauthenticated if nobody was signed in.</summary>
    public ClaimsPrincipal User { get; }

    /// <summary>The owner, who may see it and the processes that it starts.</summary>
    internal string Owner { get; }

    /// <summary>The lane in which it waited, and in which the processes that it starts wait.</summary>
    internal string Lane { get => field ?? Owner; init; }

    /// <summary>Tells whether somebody sent it who was not signed in, and with it the processes that it starts.</summary>
    internal bool IsAnonymous { get; init; }

    /// <summary>The transactions around its work.</summary>
    internal IRunTransactions? Transactions { get; init; }

    /// <summary>
    /// The messages that code sends to this process with <see cref="IProcessManager.SendAsync{TMessage}"/>, in the order in which they are
    /// sent. It waits for the next one until the run is asked to stop, and then throws <see cref="OperationCanceledException"/>.
    /// A message counts as handled when the next one is asked for. Another attempt, or another loop, begins with the first that is
    /// not handled, so each comes at least once. One loop at a time reads them.
    /// </summary>
    public IAsyncEnumerable<ProcessMessage> Messages { get; internal init; } = AsyncEnumerable.Empty<ProcessMessage>();

    /// <summary>Signalled when the person cancels, and when the host stops, shortly before its shutdown budget ends.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Reports progress to the waiting person. It is cheap enough to call for every row.</summary>
    /// <param name="percent">0 to 100, clamped and rounded to one decimal. NaN means that it is not measured.</param>
    /// <param name="message">The current step, at most 4,096 characters; null keeps the last one.</param>
    /// <param name="data">
    /// Data for the application's own pages, serialised as JSON; null keeps the last value, and so does JSON of more than 16,384 characters.
    /// </param>
    /// <exception cref="NotSupportedException"><paramref name="data"/> has a type that cannot be serialised.</exception>
    /// <exception cref="JsonException"><paramref name="data"/> contains itself, or is nested too deeply.</exception>
    public void ReportProgress(double percent, string? message = null, object? data = null)
    {
        if (double.IsNaN(percent))
            _unmeasurable();

        double? measured = double.IsNaN(percent) ? null : Math.Round(Math.Clamp(percent, 0, 100), 1);
        var json = data is null ? null : JsonSerializer.Serialize(data);
        if (json is { Length: > ProcessProgress.MaxDataLength })
        {
            _dataTooLong(json.Length);
            json = null;
        }

        _report(last => last with { Percent = measured, Message = Cut(message) ?? last.Message, Data = json ?? last.Data });
    }

    /// <summary>Reports the current step and leaves the percentage unchanged.</summary>
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
