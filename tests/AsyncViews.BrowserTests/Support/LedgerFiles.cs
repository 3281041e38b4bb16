namespace AsyncViews.BrowserTests.Support;

/// <summary>The files that the runs of one or several processes write: each process has its own, so that none waits for one that is frozen.</summary>
public static class LedgerFiles
{
    public static string OfThisProcess(string ledger) => $"{ledger}.{Environment.ProcessId}.lines";

    /// <summary>The ids by what happened to them (start, end, stopped), each as often as it happened. A process that was killed comes before the next one.</summary>
    public static ILookup<string, string> Read(string ledger) => Directory.GetFiles(Path.GetDirectoryName(ledger)!, $"{Path.GetFileName(ledger)}.*.lines")
        .OrderBy(File.GetLastWriteTimeUtc)
        .SelectMany(File.ReadAllLines)
        .Select(line => line.Split(' '))
        .Where(words => words.Length == 2)
        .ToLookup(words => words[0], words => words[1]);
}
