using AsyncViews.Jobs;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Recurring work whose times are the application's own, and what tells one registration from another.</summary>
public sealed class RecurringWorkTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Times_ThatDoNotAdvance_AreAnError()
    {
        var work = Of(new Order("x"), _ => Noon);

        var next = Task.Run(() => work.NextAfter(null, Noon.AddHours(1)));

        (await Should.ThrowAsync<InvalidOperationException>(() => next.Soon("the next times"))).Message.ShouldContain("'nightly'");
    }

    [Fact]
    public async Task Times_ThatDoNotAdvance_StopOnlyTheirOwnWork()
    {
        var time = new FakeTimeProvider(Noon);
        await using var site = await JobSite.StartAsync(configure: setup =>
        {
            setup.Time = time;
            setup.ShutdownTimeout = TimeSpan.FromSeconds(1);
            setup.Services = services => services.AddAsyncViews()
                .AddRecurring("stuck", new Order("stuck"), "always the same", _ => Noon.AddHours(-1))
                .AddRecurring("hourly", new Order("hourly"), "every hour", after => after.AddHours(1));
        });

        await Eventually.BeTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(10));
                return site.Services.GetRequiredService<JobScript>().Runs >= 2;
            },
            "two starts of the other work");
        site.Log.Entries.ShouldContain(entry => entry.Exception is InvalidOperationException && entry.Exception.Message.Contains("'stuck'"));
    }

    [Fact]
    public async Task Stop_WhileTheNextTimeIsStillComputed_DoesNotKeepTheRunsWaiting()
    {
        using var computed = new ManualResetEventSlim();
        using var computing = new ManualResetEventSlim();
        await using var site = await JobSite.StartAsync(configure: setup => setup.Services = services => services.AddAsyncViews().AddRecurring("slow", new Order("slow"), "slowly", _ =>
        {
            computing.Set();
            computed.Wait();
            return null;
        }));
        await Eventually.BeTrueAsync(() => computing.IsSet, "the first question for a time");
        try
        {
            await site.Services.GetServices<IHostedService>().OfType<RecurringStarts>().Single().StoppingAsync(CancellationToken.None).Soon("the begin of the stop");
        }
        finally
        {
            computed.Set();
        }
    }

    [Fact]
    public void Fingerprint_OfArgumentsWithFields_ChangesWithThem()
    {
        Of((1, "one")).Fingerprint.ShouldBe(Of((1, "one")).Fingerprint);
        Of((1, "one")).Fingerprint.ShouldNotBe(Of((2, "two")).Fingerprint);
    }

    [Fact]
    public void Fingerprint_OfEqualSets_DoesNotDependOnTheirOrder() =>
        Of(new HashSet<string> { "a", "b" }).Fingerprint.ShouldBe(Of(new HashSet<string> { "b", "a" }).Fingerprint);

    private static RecurringWork Of<TArgs>(TArgs args, Func<DateTimeOffset, DateTimeOffset?>? nextAfter = null) where TArgs : notnull =>
        new("nightly", "pattern", args, typeof(TArgs), nextAfter ?? (_ => null), new RecurringOptions());
}
