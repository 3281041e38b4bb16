using System.Collections.Concurrent;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Site;

/// <summary>Work that the test drives: it lasts until the test says how it ends.</summary>
public sealed class Work(string key)
{
    private readonly TaskCompletionSource<ProcessContext> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _starts;
    private int _posts;

    public string Key => key;

    /// <summary>How many processes ran it.</summary>
    public int Starts => _starts;

    /// <summary>How many POSTs its form sent.</summary>
    public int Posts => _posts;

    /// <summary>Tells whether the answer to the first POST is held back.</summary>
    public bool AnswersLate { get; init; }

    /// <summary>Tells whether it stops when its token is signalled.</summary>
    public bool StopsWhenTold { get; init; } = true;

    /// <summary>The first process that runs it, as soon as it does.</summary>
    public Task<ProcessContext> StartedAsync() => _started.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

    public async Task ReportAsync(double percent, string? message = null) => (await StartedAsync()).ReportProgress(percent, message);

    /// <summary>Called where a POST has been handled, before its answer is sent.</summary>
    public async Task PostedAsync()
    {
        if (Interlocked.Increment(ref _posts) == 1 && AnswersLate)
            await AnsweredAsync();
    }

    /// <summary>Ends where the test lets the answer go.</summary>
    public Task AnsweredAsync() => _answer.Task;

    public void Answer() => _answer.TrySetResult();

    public void Finish() => _end.TrySetResult();

    public void Fail(string message) => _end.TrySetException(new InvalidOperationException(message));

    public async Task RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _starts);
        _started.TrySetResult(process);
        await _end.Task.WaitAsync(StopsWhenTold ? cancellationToken : CancellationToken.None);
    }
}

/// <summary>Every test has work of its own, found by its key.</summary>
public sealed class Works
{
    private readonly ConcurrentDictionary<string, Work> _works = new();

    public Work this[string? key] => Find(key) ?? throw new ArgumentException("No test has made this work.", nameof(key));

    public IEnumerable<Work> All => _works.Values;

    public Work? Find(string? key) => key is null ? null : _works.GetValueOrDefault(key);

    public Work New(bool stopsWhenTold = true, bool answersLate = false)
    {
        var key = Guid.NewGuid().ToString("N")[..8];
        return _works[key] = new Work(key) { StopsWhenTold = stopsWhenTold, AnswersLate = answersLate };
    }
}
