namespace AsyncViews.Jobs;

/// <summary>The operator's self-test: an ordinary job that takes a while, and then is right or wrong.</summary>
internal sealed class TestJob(TimeProvider time) : IJob<TestJobArgs, int>
{
    public const string Name = "asyncviews-test";

    private const int Steps = 20;

    public async Task<int> RunAsync(TestJobArgs args, ProcessContext process, CancellationToken cancellationToken)
    {
        for (var step = 0; step < Steps; step++)
        {
            process.ReportProgress(100.0 * step / Steps);
            await Task.Delay(args.Duration / Steps, time, cancellationToken);
        }

        return 23 * 2;
    }
}

internal sealed record TestJobArgs(TimeSpan Duration);
