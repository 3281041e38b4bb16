using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncViews.Commands;
using AsyncViews.Storage;
using AsyncViews.Submissions;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Arguments that do not fit, from a command, from code and from the store.</summary>
public sealed class JobArgumentsTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = Clock.Start();
    private readonly JobScript _script = new();
    private Site? _site;

    private Site Site => _site!;

    private IJobScheduler Jobs => Site.Jobs();

    public async ValueTask InitializeAsync() => _site = await Site.StartAsync(setup =>
    {
        setup.Time = _time;
        setup.Endpoints = app =>
        {
            app.MapJobs();
            app.MapMyProcesses();
            app.MapGet("/note", (string text, IJobScheduler jobs) => jobs.ScheduleAsync(new Note(text, 1), new ScheduleOptions { NotBefore = _time.GetUtcNow().AddHours(1) }));
        };
        setup.Services = services => services.AddSingleton(_script).AddAsyncViews()
            .AddJob<NoteJob>("note").AddJob<LetterJob>("letter").AddJob<LooseJob>("loose").AddJob<TableJob>("table").AddJob<SetsJob>("sets").AddJob<PairJob>("pair").AddJob<PlaceJob>("place");
    });

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    [Theory]
    [InlineData("note", """{"text":"x","count":1}""")]
    [InlineData("note", """{"TEXT":"x","Count":1,"more":null}""")]
    [InlineData("letter", """{"to":"ann"}""")]
    [InlineData("loose", """{"text":"x"}""")]
    [InlineData("pair", """{"item1":1,"item2":"x"}""")]
    [InlineData("place", """{"row":1,"column":2,"sheet":3}""")]
    public async Task Command_WithArgumentsThatFit_SchedulesThem(string job, string json) => (await ScheduleAsync(job, json)).ShouldBeNull();

    [Theory]
    [InlineData("note", """{"text":"x"}""", "'Count'")]
    [InlineData("note", "{}", "'Text', 'Count'")]
    [InlineData("note", """{"text":"x","count":1,"txt":"y"}""", "'txt'")]
    [InlineData("note", """{"text":null,"count":1}""", "'Text'")]
    [InlineData("note", """{"text":"x","count":1,"TEXT":"y"}""", "'TEXT'")]
    [InlineData("note", """{"text":"x","count":"many"}""", "$.count")]
    [InlineData("letter", """{"from":"bob"}""", "'To'")]
    [InlineData("letter", """{"to":"ann","copies":[{"to":"bob","bcc":"eve"}]}""", "'bcc'")]
    [InlineData("loose", "{}", "'Text'")]
    [InlineData("pair", """{"item1":1}""", "'Item2'")]
    [InlineData("place", """{"row":1}""", "'Column'")]
    [InlineData("place", """{"row":1,"column":2}""", "'Sheet'")]
    public async Task Command_WithArgumentsThatDoNotFit_NamesTheMember(string job, string json, string named)
    {
        (await ScheduleAsync(job, json)).ShouldNotBeNull().ShouldContain(named);

        (await Site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Schedule_OfArgumentsThatWouldBeOthersInTheRun_IsRefusedWithTheMember()
    {
        (await RefusedAsync(new Note(null!, 1))).ShouldContain("'Text'");
        (await RefusedAsync(new Letter { To = null! })).ShouldContain("'To'");
        (await RefusedAsync(new Letter { To = "ann", Copies = [new Letter { To = null! }] })).ShouldContain("'To'");
        (await RefusedAsync(new Loose())).ShouldContain("'Text'");
        (await RefusedAsync(new Loose { Text = "x", Numbers = { 1 } })).ShouldContain("$.Numbers");

        (await Site.Processes.ListAllAsync()).ShouldBeEmpty();

        async Task<string> RefusedAsync<T>(T args) => (await Should.ThrowAsync<ArgumentException>(() => Jobs.ScheduleAsync(args))).Message;
    }

    [Fact]
    public async Task Schedule_OfFieldsAndComputedMembers_BringsThemToTheRun()
    {
        var pair = await Jobs.ScheduleAsync((7, "seven"));
        var letter = await Jobs.ScheduleAsync(new Letter { To = "ann", Copies = [new Letter { To = "bob" }] });

        (await EndOfAsync(pair)).State.ShouldBe(ProcessState.Succeeded);
        (await Site.Processes.GetResultAsync<string>(pair)).ShouldBe("(7, seven)");
        (await EndOfAsync(letter)).State.ShouldBe(ProcessState.Succeeded);
        (await Site.Processes.GetResultAsync<string>(letter)).ShouldBe("ann, bob");
    }

    [Theory]
    [InlineData("note", """{"Text":"x"}""", "'Count'")]
    [InlineData("note", """{"Text":"x","Count":1,"Renamed":"y"}""", "'Renamed'")]
    [InlineData("loose", """{"Numbers":[]}""", "'Text'")]
    [InlineData("letter", """{"To":null}""", "'To'")]
    public async Task Run_OfArgumentsThatAnotherVersionHasStored_FailsOnceWithTheMemberAndAReason(string job, string stored, string named)
    {
        var store = Site.Services.GetRequiredService<IProcessStore>();
        await using var body = store.CreateContent();
        await body.WriteAsync(Encoding.UTF8.GetBytes(stored));
        var id = ProcessId.New();
        var english = CapturedCulture.Of(CultureInfo.GetCultureInfo("en-US"));
        await store.AddAsync(new NewProcess
        {
            Id = id,
            Type = ProcessType.OfJob(job),
            Owner = "nobody",
            Terms = new() { MaxAttempts = 3 },
            Submission = Submission.Capture(new ClaimsPrincipal(new ClaimsIdentity()), english, english).Serialize(),
            Body = body,
        });

        (await EndOfAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Failed),
            status => status.Attempt.ShouldBe(1),
            status => status.Reason.ShouldBe(ProcessReason.ArgumentsMisfit),
            status => status.Error.ShouldNotBeNull().ShouldContain(named));
        _script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Deschedule_OfEqualDictionaries_FindsThemWhateverTheOrderOfTheirKeys()
    {
        var later = new ScheduleOptions { NotBefore = _time.GetUtcNow().AddHours(1) };
        var one = await Jobs.ScheduleAsync(Table(("a", 1), ("b", 2)), later);
        var other = await Jobs.ScheduleAsync(Table(("a", 1), ("b", 3)), later);

        (await Jobs.DescheduleAsync(Table(("b", 2), ("a", 1)))).ShouldBe(1);

        (await Site.Processes.GetStatusAsync(one))!.State.ShouldBe(ProcessState.Canceled);
        (await Site.Processes.GetStatusAsync(other))!.State.ShouldBe(ProcessState.Scheduled);
        (await Jobs.DescheduleAsync(Table(("b", 3), ("a", 1)) with { Rows = [2, 1] })).ShouldBe(0);
    }

    [Fact]
    public async Task Deschedule_OfEqualSets_FindsThemWhateverTheOrderOfTheirItems()
    {
        var later = new ScheduleOptions { NotBefore = _time.GetUtcNow().AddHours(1) };
        var one = await Jobs.ScheduleAsync(Sets("a", "b", "c"), later);
        var other = await Jobs.ScheduleAsync(Sets("a", "b", "d"), later);

        (await Jobs.DescheduleAsync(Sets("c", "a", "b") with { List = ["c", "a", "b"] })).ShouldBe(0);
        (await Jobs.DescheduleAsync(Sets("c", "a", "b"))).ShouldBe(1);

        (await Site.Processes.GetStatusAsync(one))!.State.ShouldBe(ProcessState.Canceled);
        (await Site.Processes.GetStatusAsync(other))!.State.ShouldBe(ProcessState.Scheduled);
    }

    [Fact]
    public async Task Deschedule_OfWhatACommandScheduled_FindsItWhateverTheOrderOfItsMembers()
    {
        (await ScheduleAsync("note", """{"count":2,"text":"x"}""", "--not-before", "2999-01-01")).ShouldBeNull();

        (await Jobs.DescheduleAsync(new Note("x", 2))).ShouldBe(1);
    }

    [Fact]
    public async Task Title_OfAJobThatNamesItself_IsInItsStatusUnlessTheCallGivesAnother()
    {
        var named = await Jobs.ScheduleAsync(new Note("tea & biscuits", 1));
        var given = await Jobs.ScheduleAsync(new Note("tea", 1), new ScheduleOptions { Title = "Given" });
        var nameless = await Jobs.ScheduleAsync(new Note("", 1));
        (await ScheduleAsync("note", """{"text":"typed","count":1}""")).ShouldBeNull();

        (await Site.Processes.GetStatusAsync(named))!.Title.ShouldBe("Note: tea & biscuits");
        (await Site.Processes.GetStatusAsync(given))!.Title.ShouldBe("Given");
        (await Site.Processes.GetStatusAsync(nameless))!.Title.ShouldBe("Note");
        (await Site.Processes.ListAllAsync())[0].Title.ShouldBe("Note: typed");
    }

    [Fact]
    public async Task Title_OfAJobThatNamesItself_IsOnItsWaitingPageInTheListAndInJson()
    {
        using var browser = Site.Browse();
        foreach (var text in (string[])["tea", "<b>jam</b>"])
            (await browser.GetAsync($"/note?text={Uri.EscapeDataString(text)}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var jam = (await Site.Processes.ListAllAsync())[0].Id;

        var list = await browser.OpenAsync("/my-processes");
        var waiting = await browser.OpenAsync($"/processes/processing?process_id={jam}");
        using var json = await browser.GetAsync($"/processes/completed?process_id={jam}", ("Accept", "application/json"));

        list.QuerySelectorAll("tbody th").Select(name => name.TextContent.Trim()).ShouldBe(["Note: <b>jam</b>", "Note: tea"]);
        waiting.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Note: <b>jam</b>");
        (await json.JsonAsync(HttpStatusCode.OK)).GetProperty("title").GetString().ShouldBe("Note: <b>jam</b>");
    }

    private static Sets Sets(params string[] items) => new(
        [.. items],
        items.ToImmutableHashSet(),
        new SortedSet<string>(items),
        new Dictionary<string, HashSet<int>> { ["x"] = [.. items.Select(item => (int)item[0])] },
        [new HashSet<string>(items), new HashSet<string> { "z" }],
        new Rich([.. items]),
        [.. items.Order(StringComparer.Ordinal)]);

    private static Table Table(params (string Key, int Value)[] entries)
    {
        var values = new Dictionary<string, int>();
        foreach (var (key, value) in entries)
            values.Add(key, value);
        return new Table(values, new SortedDictionary<int, Dictionary<string, int>> { [1] = values }, JsonSerializer.SerializeToElement(values), [1, 2]);
    }

    private async Task<ProcessStatus> EndOfAsync(ProcessId id)
    {
        await Eventually.BeTrueAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                return (await Site.Processes.GetStatusAsync(id))!.IsEnded;
            },
            $"the end of {id}");
        return (await Site.Processes.GetStatusAsync(id))!;
    }

    /// <summary>The complaint of the command; null where it has scheduled the job.</summary>
    private async Task<string?> ScheduleAsync(string job, string json, params string[] options)
    {
        await using var output = new StringWriter();
        try
        {
            var command = Site.Services.GetServices<Command>().Single(command => command.Name == "schedule");
            (await command.RunAsync([job, json, .. options], output, CancellationToken.None)).ShouldBe(Command.Done);
            return null;
        }
        catch (UsageException exception)
        {
            return exception.Message;
        }
    }

    private sealed class NoteJob(JobScript script) : IJob<Note, object?>
    {
        public static string? Title(Note args) => args.Text.Length == 0 ? null : $"Note: {args.Text}";

        public Task<object?> RunAsync(Note args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync(args.Text, process, cancellationToken);
    }

    private sealed class LetterJob(JobScript script) : IJob<Letter, object?>
    {
        public Task<object?> RunAsync(Letter args, ProcessContext process, CancellationToken cancellationToken) =>
            script.RunAsync(string.Join(", ", args.Copies.Prepend(args).Select(letter => letter.To)), process, cancellationToken);
    }

    private sealed class LooseJob(JobScript script) : IJob<Loose>
    {
        public Task RunAsync(Loose args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync(args.Text, process, cancellationToken);
    }

    private sealed class TableJob(JobScript script) : IJob<Table>
    {
        public Task RunAsync(Table args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync("table", process, cancellationToken);
    }

    private sealed class SetsJob(JobScript script) : IJob<Sets>
    {
        public Task RunAsync(Sets args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync("sets", process, cancellationToken);
    }

    private sealed class PlaceJob(JobScript script) : IJob<Place>
    {
        public Task RunAsync(Place args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync(args.ToString(), process, cancellationToken);
    }

    private sealed class PairJob(JobScript script) : IJob<(int Number, string Word), object?>
    {
        public Task<object?> RunAsync((int Number, string Word) args, ProcessContext process, CancellationToken cancellationToken) =>
            script.RunAsync(args.ToString(), process, cancellationToken);
    }
}

/// <summary>With constructor parameters.</summary>
public sealed record Note(string Text, int Count, string? More = null);

/// <summary>With required members.</summary>
public sealed class Letter
{
    public required string To { get; init; }

    public string? From { get; init; }

    public List<Letter> Copies { get; init; } = [];

    public int Pages => 1 + Copies.Count;
}

/// <summary>A value.</summary>
public readonly record struct Place(int Row, int Column, int Sheet = 1);

/// <summary>With members that need not be there, one of which must not be null.</summary>
public sealed class Loose
{
    public string Text { get; set; } = null!;

    public List<int> Numbers { get; } = [];
}

/// <summary>With everything that is a dictionary in JSON.</summary>
public sealed record Table(Dictionary<string, int> Values, SortedDictionary<int, Dictionary<string, int>> Nested, JsonElement Free, int[] Rows);

/// <summary>With everything that is a set.</summary>
public sealed record Sets(
    HashSet<string> Plain, IImmutableSet<string> Immutable, ISet<string> Sorted, Dictionary<string, HashSet<int>> InDictionary, List<ISet<string>> InList, Bag Derived, string[] List);

[JsonDerivedType(typeof(Rich), "rich")]
public abstract record Bag;

public sealed record Rich(SortedSet<string>? Sorted) : Bag
{
    public HashSet<string> Own => [.. Sorted ?? []];
}
