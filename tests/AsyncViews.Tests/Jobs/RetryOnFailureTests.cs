namespace AsyncViews.Tests.Jobs;

/// <summary>The delays between the attempts, and what may be asked for.</summary>
public sealed class RetryOnFailureTests
{
    [Theory]
    [InlineData(RetryBackoff.Polynomial, 1, 60)]
    [InlineData(RetryBackoff.Polynomial, 3, 348)]
    [InlineData(RetryBackoff.Exponential, 1, 60)]
    [InlineData(RetryBackoff.Exponential, 4, 480)]
    [InlineData(RetryBackoff.Exponential, 99, 1000)]
    public void Delay_AfterSoManyFailures_IsWithinATenthOf(RetryBackoff backoff, int failures, double seconds)
    {
        var policy = new RetryOnFailureAttribute(100) { Backoff = backoff, MaxDelaySeconds = 1000 };
        var delays = Enumerable.Range(0, 200).Select(_ => policy.DelayAfter(failures).TotalSeconds).ToArray();

        delays.ShouldAllBe(delay => delay >= seconds * 0.899 && delay <= seconds * 1.101);
        delays.Distinct().Count().ShouldBeGreaterThan(100);
        delays.Min().ShouldBeLessThan(seconds);
        delays.Max().ShouldBeGreaterThan(seconds);
    }

    [Fact]
    public void Delay_OfThoseThatSayNothingElse_BeginsWithAMinuteAndIsADayAtMost()
    {
        var policy = new RetryOnFailureAttribute(2);

        policy.Backoff.ShouldBe(RetryBackoff.Polynomial);
        policy.FirstDelaySeconds.ShouldBe(60);
        policy.MaxDelaySeconds.ShouldBe(86_400);
        policy.DelayAfter(1000).TotalDays.ShouldBeInRange(0.899, 1.101);
        policy.ShouldRetry(new TimeoutException(), 1).ShouldBeTrue();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    public void Attempts_InTheRange_AreKept(int attempts) => new RetryOnFailureAttribute(attempts).MaxAttempts.ShouldBe(attempts);

    [Theory]
    [InlineData(1)]
    [InlineData(101)]
    public void Attempts_OutsideTheRange_AreRefused(int attempts) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryOnFailureAttribute(attempts)).Message.ShouldStartWith("Must be from 2 to 100.");

    [Theory]
    [InlineData(0)]
    [InlineData(31_536_000)]
    public void Delays_InTheRange_AreKept(double seconds)
    {
        var policy = new RetryOnFailureAttribute(2) { FirstDelaySeconds = seconds, MaxDelaySeconds = seconds };

        policy.FirstDelaySeconds.ShouldBe(seconds);
        policy.MaxDelaySeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(31_536_000.1)]
    [InlineData(double.NaN)]
    public void Delays_OutsideTheRange_AreRefused(double seconds)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryOnFailureAttribute(2) { FirstDelaySeconds = seconds }).Message.ShouldStartWith("Must be from 0 to 31,536,000 seconds.");
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryOnFailureAttribute(2) { MaxDelaySeconds = seconds });
    }
}
