namespace AsyncViews.EntityFrameworkTests.Node;

/// <summary>A comparison of the application's tables with the processes.</summary>
/// <param name="Orders">The processes of the orders, by number.</param>
/// <param name="Rows">The number of rows of each process.</param>
/// <param name="Processes">All processes.</param>
public sealed record Ledger(Dictionary<int, string> Orders, Dictionary<string, int> Rows, List<LedgerProcess> Processes);

public sealed record LedgerProcess(string Id, bool IsTransfer, int Starts, ProcessState State, bool IsUncommitted);
