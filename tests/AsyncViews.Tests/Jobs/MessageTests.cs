using System.Collections.Concurrent;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Messages to a process, from whoever sends them to its work.</summary>
public class MessageTests
{
    private sealed record Note(string Text);

    private sealed record Patience;

    [RetryOnFailure(2, FirstDelaySeconds = 0)]
    private sealed class PatientJob(JobScript script) : IJob<Patience>
    {
        public Task RunAsync(Patience args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync("", process, cancellationToken);
    }

    [Fact]
    public async Task Messages_ToARun_ArriveInOrderAndAgainWhereTheyWereNotHandled()
    {
        var read = new ConcurrentQueue<string>();
        await using var site = await JobSite.StartAsync(async (_, process, cancellationToken) =>
        {
            await ReadAsync(process, read, cancellationToken);
            return null;
        }, setup =>
        {
            setup.Options = options => options.MaxMessageBytes = 100;
            setup.Services = services => services.AddAsyncViews().AddJob<PatientJob>("patient");
        });
        var id = await site.Jobs().ScheduleAsync(new Patience(), new ScheduleOptions { NotBefore = TimeProvider.System.GetUtcNow().AddHours(1) });
        (await site.Processes.SendAsync(id, new Note("while it is scheduled"))).ShouldBe(SendOutcome.Sent);
        (await Should.ThrowAsync<ArgumentException>(() => site.Processes.SendAsync(id, new Note(new string('x', 100))))).Message.ShouldContain("MaxMessageBytes");
        var running = await site.Jobs().ScheduleAsync(new Patience());
        await site.StateOfAsync(running, ProcessState.Running);

        foreach (var text in (string[])["one", "two", "fail"])
            (await site.Processes.SendAsync(running, new Note(text))).ShouldBe(SendOutcome.Sent);
        await Eventually.BeTrueAsync(() => read.Contains("2 fail"), "the message at which it failed, in the next attempt");
        await site.Processes.SendAsync(running, new Note("stop"));

        (await site.EndOfAsync(running)).State.ShouldBe(ProcessState.Succeeded);
        var second = read.SkipWhile(text => text[0] == '1').ToArray();
        read.Except(second).ShouldBe(["1 one", "1 two", "1 fail"]);
        second[^2..].ShouldBe(["2 fail", "2 stop"]);
    }

    [Fact]
    public async Task Messages_ThatWereHandled_ComeAgainInNoOtherAttemptOrLoop()
    {
        var read = new ConcurrentQueue<string>();
        await using var site = await JobSite.StartAsync(async (_, process, _) =>
        {
            await ReadAsync(process, read, CancellationToken.None);
            await ReadAsync(process, read, CancellationToken.None);
            return null;
        }, setup => setup.Services = services => services.AddAsyncViews().AddJob<PatientJob>("patient"));
        var id = await site.Jobs().ScheduleAsync(new Patience(), new ScheduleOptions { NotBefore = TimeProvider.System.GetUtcNow().AddHours(1) });
        foreach (var text in (string[])["one", "two", "fail", "stop"])
            (await site.Processes.SendAsync(id, new Note(text))).ShouldBe(SendOutcome.Sent);

        (await site.Processes.RunNowAsync(id)).ShouldBeTrue();

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        read.ShouldBe(["1 one", "1 two", "1 fail", "2 fail", "2 stop", "2 stop"]);
    }

    [Fact]
    public async Task Messages_ToARunThatIsCanceled_EndWithIt()
    {
        var read = new ConcurrentQueue<string>();
        await using var site = await JobSite.StartAsync(async (_, process, _) =>
        {
            await foreach (var message in process.Messages)
                read.Enqueue(message.Read<Note>()!.Text);
            return null;
        });
        var id = await site.Jobs().ScheduleAsync(new Order("x"));
        await site.Processes.SendAsync(id, new Note("first"));
        await Eventually.BeTrueAsync(() => !read.IsEmpty, "the message");

        await site.Processes.CancelAsync(id);

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Canceled);
        (await site.Processes.SendAsync(id, new Note("late"))).ShouldBe(SendOutcome.AlreadyEnded);
        (await site.Processes.SendAsync(ProcessId.New(), new Note("lost"))).ShouldBe(SendOutcome.NotFound);
    }

    private static async Task ReadAsync(ProcessContext process, ConcurrentQueue<string> read, CancellationToken cancellationToken)
    {
        await foreach (var message in process.Messages.WithCancellation(cancellationToken))
        {
            var text = message.Read<Note>()!.Text;
            read.Enqueue($"{process.Attempt} {text}");
            if (text == "fail" && process.Attempt == 1)
                throw new InvalidOperationException("It fails at this message.");
            if (text == "stop")
                break;
        }
    }
}
