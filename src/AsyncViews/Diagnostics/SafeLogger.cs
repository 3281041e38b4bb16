using Microsoft.Extensions.Logging;

namespace AsyncViews.Diagnostics;

/// <summary>Logs, and never throws: what becomes of a run must not depend on who listens, or on an exception that cannot describe itself.</summary>
internal sealed class SafeLogger<T>(ILogger<T> inner) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // Whoever could be told is who threw it.
        }
    }
}
