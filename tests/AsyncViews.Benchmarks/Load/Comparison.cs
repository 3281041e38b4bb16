namespace AsyncViews.Benchmarks.Load;

/// <summary>Two sides under the same load in alternating rounds: A B A B …, so that what else the machine does meets both.</summary>
internal sealed record Comparison(double Rate, double OtherRate, double Ratio, double Cpu, double OtherCpu, double CpuRatio, double Allocated, double OtherAllocated)
{
    public const int Clients = 32;
    public const int Rounds = 5;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2.5);

    public static async Task<Comparison> RunAsync(Side ours, Side theirs, int clients = Clients)
    {
        await ours.WarmUpAsync(clients);
        await theirs.WarmUpAsync(clients);
        List<(Round Ours, Round Theirs)> rounds = [];
        for (var round = 0; round < Rounds; round++)
            rounds.Add((await ours.LoadAsync(clients, Duration), await theirs.LoadAsync(clients, Duration)));

        return new Comparison(
            Median(rounds.Select(round => round.Ours.Rate)),
            Median(rounds.Select(round => round.Theirs.Rate)),
            Median(rounds.Select(round => round.Ours.Rate / round.Theirs.Rate)),
            Median(rounds.Select(round => round.Ours.Cpu)),
            Median(rounds.Select(round => round.Theirs.Cpu)),
            Median(rounds.Select(round => round.Theirs.Cpu / round.Ours.Cpu)),
            Median(rounds.Select(round => round.Ours.Allocated)),
            Median(rounds.Select(round => round.Theirs.Allocated)));
    }

    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)];
    }

    /// <summary>As a row of the table: throughput, with the server's processor time a request beside it.</summary>
    public Row ToRow(string measure, string other, double toReach) => new(
        measure,
        $"{Rate:N0}/s ({Cpu:0.00} ms)",
        $"{other}: {OtherRate:N0}/s ({OtherCpu:0.00} ms)",
        $"{Ratio:0.00} ({CpuRatio:0.00})",
        $"≥ {toReach:0.00}",
        Ratio >= toReach);
}
