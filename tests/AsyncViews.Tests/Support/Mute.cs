using Microsoft.Extensions.Logging.Abstractions;

namespace AsyncViews.Tests.Support;

/// <summary>Throws at all that AsyncViews says of submissions and runs.</summary>
internal sealed class Mute : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => ((string[])["Capture", "Diagnostics", "Jobs", "Running"]).Any(folder => categoryName.StartsWith($"AsyncViews.{folder}", StringComparison.Ordinal)) ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw new IOException("The disk of the log is full.");

    public void Dispose()
    {
    }
}
