using AsyncViews.Commands;
using AsyncViews.Jobs;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Recurring work by a clock that the test sets, over restarts of a durable store.</summary>
public sealed class RecurringTests : IDisposable
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-recurring-");
    private readonly FakeTimeProvider _time = Clock.Start();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("2030-03-30T00:00Z", "2030-03-30T01:30Z", "2030-03-31T01:00Z", "2030-04-01T00:30Z")]
    [InlineData("2030-10-26T00:00Z", "2030-10-26T00:30Z", "2030-10-27T00:30Z", "2030-10-28T01:30Z")]
    public async Task Cron_OverAChangeOfTheClocks_StartsOnceADay(string from, params string[] due)
    {
        _time.SetUtcNow(DateTimeOffset.Parse(from, null));
        using var host = await StartAsync(builder => builder.AddRecurring("nightly", "30 2 * * *", new Order("nightly"), Berlin));

        foreach (var expected in due)
            (await RunNextAsync(host)).ShouldBe(DateTimeOffset.Parse(expected, null));

        host.Services.GetRequiredService<JobScript>().Runs.ShouldBe(due.Length);
        await host.StopAsync();
    }

    /// <summary>The store knows of the start on the second, and nothing ran until the fifth at noon.</summary>
    [Theory]
    [InlineData(MissedStarts.Once, new[] { 2 }, new int[0])]
    [InlineData(MissedStarts.Skip, new int[0], new[] { 2 })]
    [InlineData(MissedStarts.All, new[] { 2, 3, 4, 5 }, new int[0])]
    public async Task Starts_ThatWereMissed_AreTreatedAsTheirPolicySays(MissedStarts policy, int[] ran, int[] missed)
    {
        using (var before = await StartAsync(Register))
        {
            await WaitingAsync(before, 2);
            await before.StopAsync();
        }

        _time.Advance(TimeSpan.FromDays(4));
        using var host = await StartAsync(Register);

        await WaitingAsync(host, 6);
        await Eventually.BeTrueAsync(
            async () => ((await ListAsync(host, ProcessState.Succeeded)).Count, (await ListAsync(host, ProcessState.Missed)).Count) == (ran.Length, missed.Length), "all that is made up for");
        (await ListAsync(host, ProcessState.Succeeded)).Select(status => status.NotBefore!.Value.Day).Order().ShouldBe(ran);
        (await ListAsync(host, ProcessState.Missed)).Select(status => status.NotBefore!.Value.Day).ShouldBe(missed);
        await host.StopAsync();

        void Register(AsyncViewsBuilder builder) => builder.AddRecurring("nightly", "0 3 * * *", new Order("nightly"), options: new RecurringOptions { Missed = policy });
    }

    /// <summary>Whatever it is that ended the node: a start has begun, and nothing follows it.</summary>
    [Fact]
    public async Task Kill_BetweenAStartAndTheNext_LosesNoneAndRepeatsNone()
    {
        using (var first = await StartAsync(Register))
        {
            await WaitingAsync(first, 2);
            await first.StopAsync();
        }

        _time.Advance(TimeSpan.FromHours(16));
        using (var killed = await StartAsync(Register, keepsStarts: false))
        {
            await Eventually.BeTrueAsync(async () => (await ListAsync(killed, ProcessState.Succeeded)).Count == 1, "the start");
            (await RecurringStarts.FindWaitingAsync(killed.Services.GetRequiredService<IProcessManager>(), CancellationToken.None)).ShouldBeEmpty();
            await killed.StopAsync();
        }

        using var host = await StartAsync(Register);
        await WaitingAsync(host, 3);
        (await ListAsync(host, ProcessState.Succeeded)).Count.ShouldBe(1);
        host.Services.GetRequiredService<JobScript>().Runs.ShouldBe(0);
        await host.StopAsync();

        static void Register(AsyncViewsBuilder builder) => builder.AddRecurring("nightly", "0 3 * * *", new Order("nightly"));
    }

    [Fact]
    public async Task Registration_ThatChangesOrGoes_TakesTheWaitingStartWithIt()
    {
        (await NextOfAsync("0 3 * * *")).ShouldBe("nightly: 0 3 * * * UTC, next 2030-01-02 03:00:00Z");
        (await NextOfAsync("0 4 * * *")).ShouldBe("nightly: 0 4 * * * UTC, next 2030-01-02 04:00:00Z");
        (await NextOfAsync("0 3 * * *")).ShouldBe("nightly: 0 3 * * * UTC, next 2030-01-02 03:00:00Z");
        using var host = await StartAsync(_ => { });
        await Eventually.BeTrueAsync(async () => !(await ListAsync(host, null)).Any(), "nothing waits any more");
        await host.StopAsync();

        async Task<string> NextOfAsync(string cron)
        {
            using var host = await StartAsync(builder => builder.AddRecurring("nightly", cron, new Order("nightly")));
            await Eventually.BeTrueAsync(async () => await ListAsync(host, null) is [{ Metadata: var metadata }] && metadata.Values.Contains($"2030-01-02T0{cron[2]}:00:00.0000000+00:00"), $"the start of {cron}");
            var command = host.Services.GetServices<Command>().Single(command => command.Name == "recurring");
            await using var output = new StringWriter();
            (await command.RunAsync([], output, CancellationToken.None)).ShouldBe(Command.Done);
            await host.StopAsync();
            return output.ToString().Split(" as ")[0];
        }
    }

    /// <summary>A start that a killed node has canceled, and not removed, is of the earlier registration. One that somebody cancels is left out.</summary>
    [Fact]
    public async Task Start_ThatIsCanceled_IsLeftOutUnlessItsRegistrationHasChanged()
    {
        using (var first = await StartAsync(builder => builder.AddRecurring("nightly", "0 3 * * *", new Order("before"))))
        {
            await WaitingAsync(first, 2);
            await CancelNextAsync(first);
            await WaitingAsync(first, 3);
            await CancelNextAsync(first);
            await first.StopAsync();
        }

        using var host = await StartAsync(builder => builder.AddRecurring("nightly", "0 3 * * *", new Order("after")));

        await WaitingAsync(host, 2);
        await host.StopAsync();

        static async Task CancelNextAsync(IHost host)
        {
            var processes = host.Services.GetRequiredService<IProcessManager>();
            await processes.CancelAsync((await RecurringStarts.FindWaitingAsync(processes, CancellationToken.None)).First().Id);
        }
    }

    /// <summary>No worker takes it before it is taken back.</summary>
    [Fact]
    public async Task Start_ThatIsDueWhenItsRegistrationChanges_IsMadeUpForByTheNewOne()
    {
        using (var first = await StartAsync(builder => builder.AddRecurring("nightly", "0 3 * * *", new Order("before"))))
        {
            await WaitingAsync(first, 2);
            await first.StopAsync();
        }

        _time.Advance(TimeSpan.FromHours(16));
        using var host = await StartAsync(builder => builder.AddRecurring("nightly", "0 3 * * *", new Order("after"), options: new RecurringOptions { Title = "after" }), role: NodeRole.Web);

        await UntilAsync(async () => await ListAsync(host, null) is [{ Title: "after", NotBefore: { Day: 2, Hour: 3 } }], "the start that is due, with the new registration");
        await host.StopAsync();
    }

    /// <summary>A node of the release before has added it after those of this one had started.</summary>
    [Fact]
    public async Task Start_OfAnEarlierRegistration_SilencesNoLaterOne()
    {
        using var host = await StartAsync(builder => builder.AddRecurring("nightly", "0 3 * * *", new Order("nightly")));
        await WaitingAsync(host, 2);
        await AddStartAsync(host, since: null);

        foreach (var day in (int[])[2, 3, 4])
        {
            await WaitingAsync(host, day);
            _time.SetUtcNow(new DateTimeOffset(2030, 1, day, 3, 0, 0, TimeSpan.Zero));
            await UntilAsync(() => Task.FromResult(host.Services.GetRequiredService<JobScript>().Runs == day - 1), $"the run of day {day}");
        }

        await host.StopAsync();
    }

    /// <summary>This node is one of the release before: another one has taken its start back, and has added its own.</summary>
    [Fact]
    public async Task Start_OfALaterRegistration_IsTheNextOne()
    {
        using var host = await StartAsync(builder => builder.AddRecurring("nightly", "0 3 * * *", new Order("nightly")).AddRecurring("other", "0 3 * * *", new Order("other")));
        var processes = host.Services.GetRequiredService<IProcessManager>();
        ProcessId? later = null;
        await UntilAsync(async () => await FindAsync("nightly") is not null, "the start of this node's");
        later = await AddStartAsync(host, since: _time.GetUtcNow().AddHours(1));
        await RemoveAsync("nightly");

        // Twice, so that it has looked at both since.
        await RemoveAsync("other");
        await RemoveAsync("other");
        await UntilAsync(async () => await FindAsync("other") is not null, "the start of the other work");

        (await ListAsync(host, null)).Where(status => status.Metadata.Values.Contains("nightly")).Select(status => status.Id).ShouldBe([later.Value]);
        await host.StopAsync();

        async Task<ProcessStatus?> FindAsync(string name) => (await ListAsync(host, null)).FirstOrDefault(status => status.Metadata.Values.Contains(name) && status.Id != later);

        async Task RemoveAsync(string name)
        {
            ProcessStatus? start = null;
            await UntilAsync(async () => (start = await FindAsync(name)) is not null, $"the start of {name}");
            (await processes.RemoveAsync(start!.Id)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Registration_OfWhatCannotBe_IsRefused()
    {
        var builder = new ServiceCollection().AddAsyncViews().AddRecurring("nightly", "0 3 * * *", new Order("x"));

        Should.Throw<ArgumentException>(() => builder.AddRecurring("nightly", "0 4 * * *", new Order("y"))).Message.ShouldContain("nightly");
        Should.Throw<ArgumentException>(() => builder.AddRecurring("two words", "0 3 * * *", new Order("x")));
        Should.Throw<ArgumentException>(() => builder.AddRecurring("other", "at noon", new Order("x"))).Message.ShouldContain("'at noon' is no cron expression");
        Should.Throw<ArgumentException>(() => builder.AddRecurring("other", "0 3 * * *", new Order("x"), options: new RecurringOptions { Priority = 101 }));
        Should.Throw<ArgumentException>(() => builder.AddRecurring("other", "0 3 * * *", new Order("x"), options: new RecurringOptions { Tolerance = TimeSpan.Zero }));
        (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(with => with.AddRecurring("orphan", "0 3 * * *", new Orphan(1))))).Message.ShouldContain(nameof(Orphan));
    }

    private async Task<IHost> StartAsync(Action<AsyncViewsBuilder> register, bool keepsStarts = true, NodeRole role = NodeRole.Both)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton(new JobScript());
        builder.Services.Configure<AsyncViewsOptions>(options => options.Role = role);
        register(builder.Services.AddAsyncViews().AddJob<OrderJob>("order").UseSqlite($"Data Source={_folder.FullName}/jobs.db"));
        if (!keepsStarts)
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(RecurringStarts)));
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Adds a start in a month, as a node with another registration does. That node has started at this time; null if it does not tell.</summary>
    private async Task<ProcessId> AddStartAsync(IHost host, DateTimeOffset? since)
    {
        var (jobs, due) = (host.Services.GetRequiredService<JobTypes>(), _time.GetUtcNow().AddDays(30));
        const string Key = SubmissionOrigin.OwnPrefix + "recurring-";
        var metadata = new Dictionary<string, string>
        {
            [RecurringStarts.Mark.Key] = RecurringStarts.Mark.Value,
            [Key + "name"] = "nightly",
            [Key + "due"] = due.ToString("O", null),
            [Key + "fingerprint"] = "another",
        };
        if (since is { } time)
            metadata[Key + "since"] = time.ToString("O", null);
        return await host.Services.GetRequiredService<JobScheduler>().ScheduleAsync(
            jobs.Of(typeof(Order)), new Order("another"), new ScheduleOptions { NotBefore = due, Metadata = metadata }, CancellationToken.None, ProcessId.New());
    }

    /// <summary>Sets the clock to the time of the next start, and waits until that has run and another waits.</summary>
    private async Task<DateTimeOffset> RunNextAsync(IHost host)
    {
        var processes = host.Services.GetRequiredService<IProcessManager>();
        RecurringStarts.RecurringStart? next = null;
        await UntilAsync(async () => (next = (await RecurringStarts.FindWaitingAsync(processes, CancellationToken.None)).FirstOrDefault()) is not null, "a start that waits");
        _time.SetUtcNow(next!.Due);
        await UntilAsync(async () => (await processes.GetStatusAsync(next.Id))!.IsEnded, "its end");
        await UntilAsync(async () => (await RecurringStarts.FindWaitingAsync(processes, CancellationToken.None)).Any(), "the next start");
        return next.Due;
    }

    private Task WaitingAsync(IHost host, int day) => UntilAsync(
        async () => (await RecurringStarts.FindWaitingAsync(host.Services.GetRequiredService<IProcessManager>(), CancellationToken.None)).Any(start => start.Due == new DateTimeOffset(2030, 1, day, 3, 0, 0, TimeSpan.Zero)),
        $"the start on day {day}");

    /// <summary>The clock goes on while something is waited for.</summary>
    private Task UntilAsync(Func<Task<bool>> condition, string what) => Eventually.BeTrueAsync(async () =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(500));
        return await condition();
    }, what);

    private static async Task<IReadOnlyList<ProcessStatus>> ListAsync(IHost host, ProcessState? state) =>
        await host.Services.GetRequiredService<IProcessManager>().ListAllAsync(new ProcessQuery { Metadata = RecurringStarts.Mark, State = state });
}
