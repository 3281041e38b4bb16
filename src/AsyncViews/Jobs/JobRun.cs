using AsyncViews.Diagnostics;
using AsyncViews.Results;
using AsyncViews.Running;
using AsyncViews.Running.Replay;
using AsyncViews.Storage;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsyncViews.Jobs;

/// <summary>Runs a job in a scope of its own. What it returns is kept as a response would be.</summary>
internal sealed class JobRun(IServiceScopeFactory scopes, JobTypes jobs, ResultSpools spools, IOptions<AsyncViewsOptions> options, SafeLogger<JobRun> logger) : IProcessWork
{
    public IReadOnlySet<ProcessType> Types => jobs.ProcessTypes;

    public RetryOnFailureAttribute? RetryOf(ProcessType type) => jobs.Find(type)?.Retry;

    public string? QuotaOf(ProcessType type) => jobs.Find(type)?.Quota;

    public async Task<ProcessOutcome> RunAsync(ClaimedProcess claim, Submission submission, ProcessContext process)
    {
        await using var used = new RunResources(process.Id, logger);
        var scope = used.Add(scopes.CreateAsyncScope());
        if (!await IsStillUserAsync(process, scope.ServiceProvider))
            throw new RunNotAllowedException();

        var args = used.Add(await claim.Body.OpenReadAsync(process.CancellationToken));
        var spool = spools.Create(process);
        try
        {
            var response = new ResponseCapture(spool, options.Value.MaxResultBytes);
            var job = jobs.Find(claim.Record.Type)!;
            // The self-test is no work of the application's: inside the application's transaction, it would keep others from writing.
            return job.Job == typeof(TestJob)
                ? await WorkAsync()
                : await RunFilters.InvokeAsync(new ProcessRunContext(process, claim.Record.Type, job.Metadata, scope.ServiceProvider), WorkAsync);

            async Task<ProcessOutcome> WorkAsync()
            {
                await job.RunAsync(scope.ServiceProvider, args, response, process);
                var recorded = await RecordAsync(response, process);
                return new ProcessOutcome(ProcessState.Succeeded) { Response = recorded.Serialize(), Body = spool };
            }
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns whether it keeps from being written what the job came to. What is called off is called off, whatever was written just then.</summary>
    public static bool IsOfTheResult(Exception exception, ProcessContext process) =>
        exception is not OperationCanceledException || !process.CancellationToken.IsCancellationRequested;

    private static async Task<RecordedResponse> RecordAsync(ResponseCapture response, ProcessContext process)
    {
        try
        {
            return await response.RecordAsync();
        }
        catch (Exception exception) when (IsOfTheResult(exception, process))
        {
            throw new ResultNotShownException(exception);
        }
    }

    /// <summary>A job has no request: the application is asked with one that has nothing but the user.</summary>
    private static async Task<bool> IsStillUserAsync(ProcessContext process, IServiceProvider services) =>
        process.User.Identity?.IsAuthenticated != true
        || await services.GetRequiredService<RunAuthorization>().IsStillUserAsync(new DefaultHttpContext { User = process.User, RequestServices = services });
}
