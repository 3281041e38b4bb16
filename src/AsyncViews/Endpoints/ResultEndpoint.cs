using System.Text.Encodings.Web;
using System.Text.Json;
using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Results;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Endpoints;

/// <summary>Answers with the response that a process produced, or says why there is none.</summary>
internal sealed class ResultEndpoint(
    IProcessManager processes, IProcessStore store, LiveProcesses live, ProcessLookup lookup, TokenlessScripts tokenless, IStringLocalizer<Strings> texts) : ProcessEndpoint
{
    private const int LongestShown = 65_536;

    private static readonly string[] ReadingOrSubmitting = [.. Reading, HttpMethods.Post];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A POST to a page's result is a new submission.</summary>
    public override bool IsForPage(string method) => HttpMethods.IsPost(method);

    public override string[] MethodsFor(ProcessRequest request) => request.TakesSubmissions ? ReadingOrSubmitting : Reading;

    public override async Task<IActionResult?> AnswerAsync(ProcessRequest request, ProcessViewModel process)
    {
        if (!process.Status.IsEnded && live.Find(process.Status.Id) is null)
        {
            // Another node may have told its end already: what is read here may be a second old.
            live.DropReading(process.Status.Id);
            var (current, refusal) = await lookup.FindAsync(request);
            if (current is null)
                return refusal;

            process = current;
        }

        var (context, status) = (request.Http, process.Status);
        var isScript = RequestKind.IsScript(context.Request);
        if (!status.IsEnded)
            return isScript ? ScriptAnswer.Of(process, context, texts) : new SeeOtherResult(process.Addresses.Processing);

        if (status.State != ProcessState.Succeeded)
            return Explain(context, process, setsCookie: !isScript && await TakesCookiesAsync(context));

        if (await store.OpenResultAsync(status.Id, context.RequestAborted) is not { } stored)
        {
            return isScript
                ? JsonClient.Problem("expired", StatusCodes.Status410Gone, texts["Gone.Title"])
                : ProcessView.Page("Gone", new MessageViewModel { Form = process.Addresses.Form }, StatusCodes.Status410Gone);
        }

        var recorded = RecordedResponse.Of(stored);
        var result = recorded.Open(stored.Body);

        if (context.Request.Query.ContainsKey(QueryKeys.SentBefore) && !isScript)
        {
            await using (result)
                return ProcessView.Page("SentBefore", process with { CanSendAgain = await IsKeptAsync(status.Id, context.RequestAborted) }, StatusCodes.Status200OK);
        }

        // Jobs answer in JSON, or not at all: whoever asks for a page gets one.
        if (status.Type.IsJob && !isScript && RequestKind.NamesHtml(context.Request))
        {
            await using (result)
                return ProcessView.Page("Done", process with { JobResult = await ReadAsync(result, context.RequestAborted) }, StatusCodes.Status200OK);
        }

        context.Response.RegisterForDisposeAsync(result);

        // A part is no result: a program that resumes a download shows its person nothing.
        var first = HttpMethods.IsGet(context.Request.Method) && !context.Request.Headers.ContainsKey(HeaderNames.Range)
            && (result.Headers.ContainsKey(HeaderNames.SetCookie) || recorded.TempData is not null)
            && await TakesCookiesAsync(context)
            && await IsFirstAsync(status.Id, context.RequestAborted);
        if (first)
            recorded.TempData?.Leave(context);
        return new RecordedResult(status.Id, result, status.EndedAt!.Value, first) { SkipsStatusCodePages = recorded.SkipsStatusCodePages };
    }

    /// <summary>A client without cookies needs no token. With a cookie from here, its next request would need one.</summary>
    private async Task<bool> TakesCookiesAsync(HttpContext context) => !await tokenless.IncludeAsync(context);

    /// <summary>A result is served while the store cannot be written. Its cookies come with the next answer after that.</summary>
    private async Task<bool> IsFirstAsync(ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.MarkServedAsync(id, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task<bool> IsKeptAsync(ProcessId id, CancellationToken cancellationToken)
    {
        if (await store.OpenSubmissionAsync(id, cancellationToken) is not { } kept)
            return false;

        await kept.Body.DisposeAsync();
        return true;
    }

    /// <summary>JSON for human eyes; null where there is none, or too much to look at.</summary>
    private static async Task<string?> ReadAsync(ProcessResult result, CancellationToken cancellationToken)
    {
        if (result.Body.Length is 0 or > LongestShown)
            return null;

        using var json = await JsonDocument.ParseAsync(result.Body, cancellationToken: cancellationToken);
        return JsonSerializer.Serialize(json, Indented);
    }

    /// <summary>
    /// The page for a result that takes no page's place: what is downloaded, opened by another program, or not there at all
    /// would leave the waiting page as it is. Null where a browser shows the result itself.
    /// </summary>
    public async Task<IActionResult?> StandInAsync(ProcessViewModel process, CancellationToken cancellationToken)
    {
        await using var result = await processes.OpenResultAsync(process.Status.Id, cancellationToken);
        return result is null || process.Status.Type.IsJob ? null : Landings.Of(result) switch
        {
            Landing.File => ProcessView.Page("Ready", Describe(process, result), StatusCodes.Status200OK),
            Landing.Program => ProcessView.Page("Done", process with { ProgramLink = result.Location }, StatusCodes.Status200OK),
            Landing.Nothing => ProcessView.Page("Done", process, StatusCodes.Status200OK),
            Landing.Page when process.IsReload && result.Location is not null =>
                ProcessView.Page("Done", process with { EndAddress = process.Addresses.Result }, StatusCodes.Status200OK),
            _ => null,
        };
    }

    private ProcessViewModel Describe(ProcessViewModel process, ProcessResult result)
    {
        var name = result.IsAttachment && ContentDispositionHeaderValue.TryParse(result.Headers[HeaderNames.ContentDisposition].ToString(), out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value
            : null;
        return process with { FileName = string.IsNullOrEmpty(name) ? texts["Ready.UnnamedFile"] : name, FileLength = result.Body.Length };
    }

    private IActionResult Explain(HttpContext context, ProcessViewModel process, bool setsCookie)
    {
        var (status, state) = (process.Status, process.Status.State.ToString());
        var isCanceled = status.State == ProcessState.Canceled;
        var isScript = RequestKind.IsScript(context.Request);
        if (isCanceled && setsCookie)
            CanceledCookie.Write(context, status.Id);
        if (RequestKind.NamesHtml(context.Request) && !isScript)
            return ProcessView.Page(state, process, isCanceled ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError);

        // Clients send what was answered with 5xx again by themselves.
        var code = isCanceled ? StatusCodes.Status410Gone : StatusCodes.Status409Conflict;

        // A text browser that takes anything still asks for its person's language.
        if (context.Request.Headers.ContainsKey(HeaderNames.AcceptLanguage) && !isScript)
            return ProcessView.Page(state, process, code);

        return JsonClient.Problem(state.ToLowerInvariant(), code, ProcessError.Of(status, texts));
    }
}
