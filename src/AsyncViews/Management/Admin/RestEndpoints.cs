using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Jobs;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;
using HttpResults = Microsoft.AspNetCore.Http.Results;

namespace AsyncViews.Management.Admin;

/// <summary>The endpoints of the operator's scripts. They call what the pages call.</summary>
internal static class RestEndpoints
{
    private const int MostListed = 200;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static async Task<IResult> ListAsync(
        HttpContext context, IProcessManager processes, IProcessStore store, string? state = null, string? type = null, string? user = null, string? key = null, string? value = null,
        DateTimeOffset? from = null, DateTimeOffset? until = null, string? after = null, int count = 50)
    {
        if (state is not null && ProcessFilter.StateOf(state) is null)
            return Refuse(StatusCodes.Status400BadRequest, "filter", $"There is no state '{state}'.");

        if (!ProcessFilter.IsReadable(context.Request.Query))
            return Refuse(StatusCodes.Status400BadRequest, "filter", "The filter cannot be read.", "A value of the metadata needs its key.");

        var filter = ProcessFilter.Of(context.Request) with { From = from, Until = until };
        count = Math.Clamp(count, 0, MostListed);
        ProcessId? last = ProcessId.TryParse(after, out var parsed) ? parsed : null;
        var fitting = await processes.ListAsync(filter, count + 1, last, context.RequestAborted);

        // Nothing is behind an id that is unknown: a script would take that for the end.
        if (last is { } lastId ? fitting.Count == 0 && await store.FindAsync(lastId, context.RequestAborted) is null : !string.IsNullOrEmpty(after))
            return Refuse(StatusCodes.Status400BadRequest, "filter", "The list cannot go on.", $"There is no process '{after}', or none any more. Begin again without 'after'.");

        var shown = fitting.Take(count).Select(status => Describe(context, status)).ToArray();
        var next = fitting.Count > count && shown.Length > 0
            ? $"{AddressOf(context)}/processes{filter.ToQuery(("after", shown[^1].Id), ("count", $"{count}"))}" : null;
        return HttpResults.Json(new RestList(shown, next), Json);
    }

    public static async Task<IResult> GetAsync(HttpContext context, string id, IProcessManager processes)
    {
        if (await FindAsync(processes, id, context.RequestAborted) is not { } status)
            return NotFound();

        var document = Describe(context, status) with { Failures = await processes.GetFailuresAsync(status.Id, context.RequestAborted) };
        if (document.PollAfterMs is { } milliseconds)
            context.Response.Headers.RetryAfter = $"{Math.Max(1, milliseconds / 1000)}";
        return HttpResults.Json(document, Json);
    }

    public static async Task<IResult> GetGroupAsync(HttpContext context, IProcessManager processes, IProcessStore store, string reference = "") =>
        reference.Length > 0 && await processes.GetGroupAsync(reference, context.RequestAborted) is { } group
            ? HttpResults.Json(RestGroup.Of(reference, group, store.Now), Json)
            : Refuse(StatusCodes.Status404NotFound, "not-found", "There is no such group.");

    public static async Task<IResult> GetHealthAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var (_, inspection) = await services.GetRequiredService<StoreProbe>().AskAsync(context.RequestAborted);
        return HttpResults.Json(services.GetRequiredService<QueueReport>().Of(inspection), Json);
    }

    public static async Task<IResult> ScheduleAsync(HttpContext context, IProcessManager processes, [FromHeader(Name = SubmissionKey.Header)] string? idempotencyKey = null)
    {
        var services = context.RequestServices;
        RestJob? job;
        try
        {
            if (!context.Request.HasJsonContentType())
                return Refuse(StatusCodes.Status415UnsupportedMediaType, "request", "The body must be JSON.");

            job = await context.Request.ReadFromJsonAsync<RestJob>(Json, context.RequestAborted);
        }
        catch (BadHttpRequestException exception)
        {
            return Refuse(exception.StatusCode, "request", "The body cannot be read.", exception.Message);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Refuse(StatusCodes.Status400BadRequest, "request", "The body is no job.", exception.Message);
        }

        if (job is null)
            return Refuse(StatusCodes.Status400BadRequest, "request", "The body is no job.");

        if (services.GetRequiredService<JobTypes>().FindByName(job.Job) is not { } type)
            return Refuse(StatusCodes.Status400BadRequest, "job", $"There is no job '{job.Job}'.");

        object arguments;
        try
        {
            arguments = JobArguments.Parse(job.Arguments?.GetRawText() ?? "{}", type.Args);
        }
        catch (Exception exception) when (JobArguments.IsMisfit(exception))
        {
            return Misfit(exception);
        }

        ProcessId id;
        try
        {
            id = await services.GetRequiredService<JobScheduler>().ScheduleAsync(type, arguments, new ScheduleOptions
            {
                NotBefore = job.NotBefore,
                StartBefore = job.StartBefore,
                Priority = job.Priority ?? ScheduleOptions.DefaultPriority,
                MaxAttempts = job.MaxAttempts,
                Title = job.Title,
                Identity = job.Identity,
                Metadata = job.Metadata,
            }, context.RequestAborted, idempotencyKey: string.IsNullOrEmpty(idempotencyKey) ? null
                : Fingerprint.Of(Owner.OfUser(context.User), type.ProcessType.ToString(), idempotencyKey, JsonSerializer.Serialize(job, Json)));
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException or NotSupportedException)
        {
            return Misfit(exception);
        }

        services.GetRequiredService<AuditLog>().Note(context.User, "schedule", id.ToString(), type.Name);
        return await AcceptedAsync(context, processes, id);

        static IResult Misfit(Exception exception) => Refuse(StatusCodes.Status400BadRequest, "arguments", "The job cannot be scheduled like this.", exception.Message);
    }

    public static Task<IResult> CancelAsync(HttpContext context, string id, OperatorActions actions, IProcessManager processes) =>
        ActAsync(context, id, AdminAction.Cancel, actions, processes);

    public static Task<IResult> RunNowAsync(HttpContext context, string id, OperatorActions actions, IProcessManager processes) =>
        ActAsync(context, id, AdminAction.RunNow, actions, processes);

    public static async Task<IResult> RetryAsync(HttpContext context, string id, OperatorActions actions, IProcessManager processes)
    {
        var waits = await FindAsync(processes, id, context.RequestAborted) is { State: ProcessState.Scheduled };
        return await ActAsync(context, id, waits ? AdminAction.RunNow : AdminAction.SendAgain, actions, processes);
    }

    public static async Task<IResult> RemoveAsync(HttpContext context, string id, OperatorActions actions, IProcessManager processes) =>
        await FindAsync(processes, id, context.RequestAborted) is { } status && (await actions.DoAsync(context.User, AdminAction.Remove, status.Id)).IsDone
            ? HttpResults.NoContent() : NotFound();

    public static async Task<IResult> GetResultAsync(HttpContext context, string id, IProcessManager processes, AuditLog audit)
    {
        if (await FindAsync(processes, id, context.RequestAborted) is not { } status)
            return NotFound();

        if (await processes.OpenResultAsync(status.Id, context.RequestAborted) is not { } result)
            return Refuse(StatusCodes.Status409Conflict, "no-result", "The process has no result, or none any more.", status.State.ToString());

        context.Response.RegisterForDisposeAsync(result);
        audit.Note(context.User, "read the result of", status.Id.ToString(), "Read");
        if (result.Headers.TryGetValue(HeaderNames.ContentEncoding, out var encoding))
            context.Response.Headers.ContentEncoding = encoding;

        // The result is somebody else's, and the operator may do more than they: a browser must not show it on this site, nor run its scripts.
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return HttpResults.Stream(result.Body, result.ContentType ?? MediaTypeNames.Application.Octet, fileDownloadName: status.Id.Reference);
    }

    public static IResult Refuse(int statusCode, string kind, string title, string? detail = null) =>
        HttpResults.Problem(type: JsonClient.ProblemTypes + kind, statusCode: statusCode, title: title, detail: detail);

    private static IResult NotFound() => Refuse(StatusCodes.Status404NotFound, "not-found", "There is no such process.");

    private static async Task<IResult> ActAsync(HttpContext context, string id, AdminAction action, OperatorActions actions, IProcessManager processes)
    {
        if (await FindAsync(processes, id, context.RequestAborted) is not { } status)
            return NotFound();

        var result = await actions.DoAsync(context.User, action, status.Id);
        if (result.IsLimit)
        {
            if (result.PassesSoon)
                context.Response.Headers.RetryAfter = "30";
            return Refuse(StatusCodes.Status503ServiceUnavailable, "no-room", "There is no room for another process just now.", result.Name);
        }

        return result.IsDone ? await AcceptedAsync(context, processes, result.NewProcess ?? status.Id)
            : Refuse(StatusCodes.Status409Conflict, "not-possible", "This is not possible in the state of the process.", result.Name);
    }

    /// <summary>It is done, whatever becomes of the reading.</summary>
    private static async Task<IResult> AcceptedAsync(HttpContext context, IProcessManager processes, ProcessId id)
    {
        context.Response.Headers.Location = $"{AddressOf(context)}/processes/{id}";
        try
        {
            if (await processes.GetStatusAsync(id, context.RequestAborted) is { } status)
                return HttpResults.Json(Describe(context, status), Json, statusCode: StatusCodes.Status202Accepted);
        }
        catch (StoreException)
        {
            // Whoever asks at the address is told.
        }

        return HttpResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<ProcessStatus?> FindAsync(IProcessManager processes, string id, CancellationToken cancellationToken) =>
        ProcessId.TryParse(id, out var parsed) ? await processes.GetStatusAsync(parsed, cancellationToken)
        : await processes.ListAllAsync(new ProcessQuery { Reference = id, Count = 1 }, cancellationToken: cancellationToken) is [var found, ..] ? found : null;

    private static RestProcess Describe(HttpContext context, ProcessStatus status)
    {
        var services = context.RequestServices;
        var self = $"{AddressOf(context)}/processes/{status.Id}";
        var views = services.GetRequiredService<ProcessViewModels>();
        var shown = new ProcessViewModel
        {
            Status = status,
            Addresses = new ProcessAddresses("", self, self, $"{self}/result", $"{self}/cancel", $"{self}/retry"),
            PollInterval = Cadence.IntervalOf(Cadence.BandAt(views.ElapsedOf(status))),
            Remaining = views.RemainingOf(status),
        };
        return new RestProcess(CompletedJson.From(shown, context.Request, services.GetRequiredService<IStringLocalizer<Strings>>()))
        {
            Id = status.Id.ToString(),
            Reference = status.Id.Reference,
            Type = status.Type.ToString(),
            User = status.UserName,
            Priority = status.Priority,
            Metadata = status.Metadata,
            Starts = status.Starts,
            Exception = status.Error,
            EndedDateTime = status.EndedAt,
            ResourceLocation = status is { State: ProcessState.Succeeded, IsGone: false } ? $"{self}/result" : null,
        };
    }

    private static string AddressOf(HttpContext context) => AdminPage.AddressOf(context) + RestRoutes.Prefix;
}
