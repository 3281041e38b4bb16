namespace AsyncViews.Tests.Support;

/// <summary>A service of the application, deep below a page: it finds the running process by itself.</summary>
public sealed class Clerk(IProcessContextAccessor processes)
{
    public ProcessId? Process => processes.Process?.Id;

    public async Task WorkAsync(double percent, string message)
    {
        await Task.Yield();
        processes.Process?.ReportProgress(percent, message);
    }
}
