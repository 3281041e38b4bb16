using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>The jobs that AddJob refuses, and its messages.</summary>
public class RegistrationTests
{
    private readonly AsyncViewsBuilder _builder = new ServiceCollection().AddAsyncViews();

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a/b")]
    public void AddJob_WithSuchAName_IsRefused(string name) => Should.Throw<ArgumentException>(() => _builder.AddJob<OrderJob>(name));

    [Fact]
    public void AddJob_OfATakenName_NamesTheOther()
    {
        _builder.AddJob<OrderJob>("order");

        Should.Throw<ArgumentException>(() => _builder.AddJob<ErrandJob>("order")).Message.ShouldContain(nameof(OrderJob));
    }

    [Fact]
    public void AddJob_OfTakenArguments_NamesTheOther()
    {
        _builder.AddJob<OrderJob>("order");

        Should.Throw<ArgumentException>(() => _builder.AddJob<OtherOrderJob>("other")).Message.ShouldContain(nameof(OrderJob));
    }

    [Fact]
    public void AddJob_OfWhatIsNone_SaysSo() => Should.Throw<ArgumentException>(() => _builder.AddJob<Clerk>("clerk")).Message.ShouldContain("IJob<TArgs>");

    [Fact]
    public async Task Schedule_WithOptionsThatContradictThemselves_IsRefused()
    {
        await using var site = await JobSite.StartAsync();
        var now = TimeProvider.System.GetUtcNow();

        foreach (var options in (ScheduleOptions[])[new() { Priority = 101 }, new() { Priority = -1 }, new() { MaxAttempts = 0 }, new() { MaxStarts = 101 }, new() { NotBefore = now, StartBefore = now }])
            await Should.ThrowAsync<ArgumentException>(() => site.Jobs().ScheduleAsync(new Order("x"), options));
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    private sealed class OtherOrderJob : IJob<Order>
    {
        public Task RunAsync(Order args, ProcessContext process, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
