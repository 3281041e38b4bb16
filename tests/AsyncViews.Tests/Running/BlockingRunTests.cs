using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running;

/// <summary>Runs that block their threads leave the site as it is: only its answers can let them go on here.</summary>
public class BlockingRunTests
{
    private const int Runs = 100;

    [Theory]
    [InlineData("before its first await")]
    [InlineData("after an await")]
    [InlineData("until its own asynchronous code has ended")]
    [InlineData("until asynchronous code that blocks has ended")]
    [InlineData("where nothing captures the context")]
    [InlineData("in the pool")]
    public async Task RunsThatBlock_UntilAnotherPageIsAsked_AllEnd(string when)
    {
        using var opened = new ManualResetEventSlim();
        using var entered = new CountdownEvent(Runs);
        var allEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Options = options => (options.MaxConcurrentRuns, options.MaxLiveProcessesPerOwner) = (Runs, Runs);
            setup.Endpoints = endpoints => endpoints.MapPost("/open", opened.Set);
            setup.Run = async (page, _, cancellationToken) =>
            {
                switch (when)
                {
                    case "before its first await":
                        Block();
                        break;
                    case "after an await":
                        await Task.Yield();
                        Block();
                        break;
                    case "until its own asynchronous code has ended":
                        Block();
                        YieldAsync().Wait(cancellationToken);
                        break;
                    case "until asynchronous code that blocks has ended":
                        BlockLaterAsync().Wait(cancellationToken);
                        break;
                    case "where nothing captures the context":
                        await Task.Yield();
                        await YieldAsync().ConfigureAwait(false);
                        Block();
                        break;
                    default:
                        await Task.Run(Block, cancellationToken);
                        break;
                }

                return page.Page();
            };
        });
        using var browser = site.Browse();

        // A part of the workers is kept for those who are signed in.
        await browser.SignInAsync("ann");
        var token = await browser.TokenFieldAsync("/Work");
        var submissions = Task.WhenAll(Enumerable.Range(0, Runs).Select(run => browser.PostAsync("/Work", Browser.Form(("Text", $"{run}"), token))));
        await Task.WhenAll(submissions, allEntered.Task).Soon("runs that all block");
        using var answer = await browser.SendAsync(HttpMethod.Post, "/open", null).Soon("another page");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var one in await submissions)
            (await one.EndAsync()).ShouldBe("succeeded");

        void Block()
        {
            if (entered.Signal())
                allEntered.SetResult();
            opened.Wait();
        }

        async Task BlockLaterAsync()
        {
            await Task.Yield();
            Block();
        }

        static async Task YieldAsync() => await Task.Yield();
    }
}
