using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running;

/// <summary>A clock that is wrong for a while removes nothing.</summary>
public sealed class ClockWatchTests
{
    private readonly JumpingClock _time = new();
    private readonly ClockWatch _watch;

    public ClockWatchTests()
    {
        _watch = new ClockWatch(_time.GetUtcNow, _time);
        _watch.FindJump().ShouldBeNull();
    }

    [Fact]
    public void Clock_ThatGoesAsTimePasses_IsBelieved()
    {
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            _watch.FindJump().ShouldBeNull();
        }
    }

    [Fact]
    public void Clock_ThatJumpsAhead_IsNotBelievedUntilItHasStayedThere()
    {
        _time.Advance(TimeSpan.FromSeconds(15));
        _time.Jump = TimeSpan.FromDays(2);
        _watch.FindJump().ShouldBe(TimeSpan.FromDays(2));
        _time.Advance(TimeSpan.FromMinutes(9));
        _watch.FindJump().ShouldBe(TimeSpan.FromDays(2));

        _time.Advance(TimeSpan.FromMinutes(1));

        _watch.FindJump().ShouldBeNull();
        _time.Advance(TimeSpan.FromMinutes(1));
        _watch.FindJump().ShouldBeNull("that is the time now");
    }

    [Fact]
    public void Clock_ThatComesBack_IsBelievedAtOnce()
    {
        _time.Jump = TimeSpan.FromDays(2);
        _watch.FindJump().ShouldNotBeNull();

        _time.Jump = TimeSpan.Zero;

        _watch.FindJump().ShouldBeNull();
    }

    /// <summary>A store that is away refuses and loses submissions, whatever the clock says.</summary>
    [Fact]
    public async Task Store_WhileTheClockIsNotBelieved_IsCheckedAndNotSwept()
    {
        var time = Clock.Start();
        var jump = TimeSpan.Zero;
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Services = services =>
            {
                CountingStore.Install(services);
                services.AddSingleton(new ClockWatch(() => time.GetUtcNow() + jump, time));
            };
        });
        var store = CountingStore.Of(site);
        await Eventually.BeTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return store.CallsOf(nameof(IProcessStore.SweepAsync)) > 0;
            },
            "a sweep");

        jump = TimeSpan.FromDays(2);
        await PassesUntilAsync(() => site.Log.Entries.Any(entry => entry.Message.Contains("ahead of the time")), "the jump");
        var (checks, sweeps) = (store.CallsOf(nameof(IProcessStore.CheckAsync)), store.CallsOf(nameof(IProcessStore.SweepAsync)));
        await PassesUntilAsync(() => store.CallsOf(nameof(IProcessStore.CheckAsync)) > checks + 1, "two more checks");

        store.CallsOf(nameof(IProcessStore.SweepAsync)).ShouldBe(sweeps);

        // The fake clock forgets a tick if it is advanced while another thread fires the one before. After ten minutes, the jump would be believed.
        Task PassesUntilAsync(Func<bool> condition, string what)
        {
            var looks = 0;
            return Eventually.BeTrueAsync(
                () =>
                {
                    if (looks++ % 50 == 0)
                        time.Advance(TimeSpan.FromSeconds(15));
                    return condition();
                },
                what);
        }
    }

    /// <summary>The fake clock's own adjustment moves the time that has passed, too.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private TimeSpan _passed;

        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _passed += time;

        public override long GetTimestamp() => _passed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _passed + Jump;
    }
}
