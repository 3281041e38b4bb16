using Microsoft.Extensions.Logging;

namespace AsyncViews.Diagnostics;

/// <summary>Every message of the library's log. They carry ids only: no content, claim or cookie. The audit log alone has the operator's name.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Process {ProcessId} accepted for {Type}.")]
    public static partial void Accepted(ILogger logger, ProcessId processId, ProcessType type);

    [LoggerMessage(2, LogLevel.Information, "The submission to {Type} repeats process {ProcessId}. Nothing was started.")]
    public static partial void SameSubmission(ILogger logger, ProcessId processId, ProcessType type);

    [LoggerMessage(3, LogLevel.Warning, "A submission to {Type} was refused with {StatusCode} ({Reason}).")]
    public static partial void Refused(ILogger logger, ProcessType type, int statusCode, string reason);

    [LoggerMessage(4, LogLevel.Information, "Process {ProcessId} started, attempt {Attempt}.")]
    public static partial void Started(ILogger logger, ProcessId processId, int attempt);

    [LoggerMessage(5, LogLevel.Information, "Process {ProcessId} ended: {State}.")]
    public static partial void Ended(ILogger logger, ProcessId processId, ProcessState state);

    [LoggerMessage(6, LogLevel.Error, "Process {ProcessId} failed. The person was given the reference {Reference}.")]
    public static partial void Failed(ILogger logger, ProcessId processId, string reference, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "Process {ProcessId} was not started: its user no longer has permission.")]
    public static partial void NotAuthorized(ILogger logger, ProcessId processId);

    [LoggerMessage(8, LogLevel.Error, "The end of process {ProcessId} could not be stored. Retrying.")]
    public static partial void EndNotStored(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "The store is not available. Submissions are refused until it is back.")]
    public static partial void StoreUnavailable(ILogger logger, Exception exception);

    [LoggerMessage(10, LogLevel.Error, "The heartbeat could not be stored.")]
    public static partial void HeartbeatNotStored(ILogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "The outcome of process {ProcessId} came too late. Another run has taken over.")]
    public static partial void Fenced(ILogger logger, ProcessId processId);

    [LoggerMessage(12, LogLevel.Warning, "Process {ProcessId} reported NaN as its progress, which is shown as not measured.")]
    public static partial void ProgressNotANumber(ILogger logger, ProcessId processId);

    [LoggerMessage(280, LogLevel.Warning, "Process {ProcessId} reported data of {Length} characters with its progress. More than {Most} are left out, and the last data stays.")]
    public static partial void ProgressDataTooLong(ILogger logger, ProcessId processId, int length, int most);

    [LoggerMessage(13, LogLevel.Warning, "The progress of process {ProcessId} could not be stored.")]
    public static partial void ProgressNotStored(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(14, LogLevel.Error, "The queue could not be read. Retrying in {Delay}.")]
    public static partial void QueueNotRead(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(15, LogLevel.Error, "The sweep failed. It will run again after the sweep interval.")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(16, LogLevel.Warning, "The host is stopping: {Count} running processes were told to stop.")]
    public static partial void ToldToStop(ILogger logger, int count);

    [LoggerMessage(17, LogLevel.Warning, "{Count} processes were still running when the host stopped waiting for them.")]
    public static partial void LeftRunning(ILogger logger, int count);

    [LoggerMessage(18, LogLevel.Warning, "AsyncViews keeps its processes in memory, and a restart loses them. Use a durable store in production.")]
    public static partial void InMemory(ILogger logger);

    [LoggerMessage(19, LogLevel.Warning, "Nothing serves the library's assets at /_content/AsyncViews/, so waiting pages have no style or script and do not update themselves. Call app.MapStaticAssets().")]
    public static partial void AssetsNotServed(ILogger logger);

    [LoggerMessage(20, LogLevel.Error, "No process could be claimed. The engine will be told so in {Delay}.")]
    public static partial void NotClaimed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(21, LogLevel.Warning, "A callback after the response of process {ProcessId} failed. Its result is kept.")]
    public static partial void CompletedCallbackFailed(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(23, LogLevel.Error, "A stored process could not be read for its owner.")]
    public static partial void NotReadable(ILogger logger, Exception exception);

    [LoggerMessage(22, LogLevel.Error, "The stored data of process {ProcessId} is damaged.")]
    public static partial void Damaged(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "Attempt {Failures} at process {ProcessId} failed. It will be retried at {Due}.")]
    public static partial void TriedAgain(ILogger logger, ProcessId processId, int failures, DateTimeOffset due, Exception exception);

    [LoggerMessage(25, LogLevel.Error, "The retry policy of process {ProcessId} threw an exception, so it is not retried.")]
    public static partial void RetryPolicyFailed(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(26, LogLevel.Warning, "Process {ProcessId} was missed: it had not started in time.")]
    public static partial void Missed(ILogger logger, ProcessId processId);

    [LoggerMessage(27, LogLevel.Warning, "No endpoint serves the library's assets at /_content/AsyncViews/. Call app.MapStaticAssets(). Otherwise, unless UseStaticFiles serves them with custom options, waiting pages have no style or script and do not update themselves.")]
    public static partial void AssetsNotMapped(ILogger logger);

    [LoggerMessage(29, LogLevel.Error, "Process {ProcessId} did its work, but its result could not be written. The person was given the reference {Reference}.")]
    public static partial void ResultNotShown(ILogger logger, ProcessId processId, string reference, Exception exception);

    [LoggerMessage(28, LogLevel.Warning, "The library's assets at /_content/AsyncViews/ are empty or missing, since their files are not in the web root '{WebRoot}'. Waiting pages have no style or script and do not update themselves. Start a published application from its own folder (the content root is '{ContentRoot}'). Outside Development, an application that is not published needs builder.WebHost.UseStaticWebAssets().")]
    public static partial void AssetsNotFound(ILogger logger, string webRoot, string contentRoot);

    [LoggerMessage(30, LogLevel.Warning, "A run of {Page} asked for the {Kind} '{Name}', which its POST had and the run does not have. {Remedy} This is logged once.")]
    public static partial void AskedInVain(ILogger logger, string page, string kind, string name, string remedy);

    [LoggerMessage(31, LogLevel.Warning, "The page {Page} binds the header {Name}, which no run gets as it was sent, since it may contain credentials. Carry over what you need of it with an ISubmissionFeature; CapturedCookies names cookies that a run sees.")]
    public static partial void SecretHeaderBound(ILogger logger, string? page, string name);

    [LoggerMessage(35, LogLevel.Warning, "The page {Page} has several unnamed OnGet handlers, so none of them runs when its form is shown again after a POST. Keep one of them, or override InitialPage.")]
    public static partial void OnGetInDoubt(ILogger logger, string? page);

    [LoggerMessage(36, LogLevel.Warning, "A filter added errors to ModelState in the run of process {ProcessId}, for {Keys}. They were dropped, since it was valid when it was submitted. Mark a filter that is meant for the submission only with [SubmissionOnly].")]
    public static partial void ErrorsOfFilterDropped(ILogger logger, ProcessId processId, string keys);

    [LoggerMessage(37, LogLevel.Warning, "The handler of process {ProcessId} was not reached, since a filter answered in its run. Its answer is the result. Mark a filter that is meant for the submission only with [SubmissionOnly].")]
    public static partial void HandlerNotReached(ILogger logger, ProcessId processId);

    [LoggerMessage(38, LogLevel.Warning, "The result of process {ProcessId} is a redirect that keeps the method ({StatusCode}). A result is fetched with GET, so the redirect is followed with GET and without the form. Call the other page's work in RunAsync.")]
    public static partial void RedirectWithoutForm(ILogger logger, ProcessId processId, int statusCode);

    [LoggerMessage(40, LogLevel.Warning, "A POST to {Page} was refused: {Reason}. This is logged once a minute.")]
    public static partial void PostRefused(ILogger logger, string page, string reason);

    [LoggerMessage(41, LogLevel.Warning, "A POST to {Page} was refused: {Reason}. {Remedy}")]
    public static partial void PostRefusedWithRemedy(ILogger logger, string page, string reason, string remedy);

    [LoggerMessage(42, LogLevel.Warning, "HtmxPath is {Path}, but the web root '{WebRoot}' contains no such file and no endpoint has this address. Unless something else serves it, waiting pages do not update themselves.")]
    public static partial void HtmxNotFound(ILogger logger, string path, string webRoot);

    [LoggerMessage(260, LogLevel.Warning, "People who are not signed in cannot be told apart by their remote address: all requests come from one address of this machine or network, or carry a header of a proxy that nobody has read. MaxLiveProcessesPerAddress does not apply to them. Behind a proxy, call app.UseForwardedHeaders() with its address in KnownProxies. This is logged once.")]
    public static partial void AddressTellsNothing(ILogger logger);

    [LoggerMessage(261, LogLevel.Warning, "A submission was refused: there is no room for its body beside what is being received and what waits (MinFreeDiskBytes, MaxQueueBytes).")]
    public static partial void NoRoom(ILogger logger);

    [LoggerMessage(262, LogLevel.Error, "A form could not be buffered in the folder for temporary files (ASPNETCORE_TEMP). Submissions with large bodies are refused until it can be written.")]
    public static partial void FormNotBuffered(ILogger logger, Exception exception);

    [LoggerMessage(125, LogLevel.Warning, "The engine could not be told of process {ProcessId}, which waits in the store. The next sweep makes up for it.")]
    public static partial void NotHandedOver(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(126, LogLevel.Warning, "The engine could not be told that process {ProcessId} is no longer waiting. It will find nothing to run.")]
    public static partial void CancelNotHandedOver(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(127, LogLevel.Error, "The engine could not be told to look for processes that are due. It will be told again with the next sweep.")]
    public static partial void EngineNotWoken(ILogger logger, Exception exception);

    [LoggerMessage(128, LogLevel.Error, "The store does not report what other nodes change. It will be asked again in {Delay}.")]
    public static partial void ChangesNotHeard(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(340, LogLevel.Information, "This node takes no more processes. {Count} are running on it.")]
    public static partial void Draining(ILogger logger, int count);

    [LoggerMessage(341, LogLevel.Warning, "This node takes no more processes, but the other nodes could not be told so.")]
    public static partial void DrainNotNoted(ILogger logger, Exception exception);

    [LoggerMessage(342, LogLevel.Warning, "A submission was refused: this node has the role Worker. Let the proxy send people to other nodes.")]
    public static partial void SubmissionToWorker(ILogger logger);

    [LoggerMessage(240, LogLevel.Error, "The end of process {ProcessId} could not be stored, and is given up. The process will be Interrupted.")]
    public static partial void EndGivenUp(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(241, LogLevel.Error, "The run of process {ProcessId} ended with an exception from outside its work. Its worker is free again.")]
    public static partial void RunFailed(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(242, LogLevel.Error, "A listener to traces or metrics threw an exception. The work goes on.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(251, LogLevel.Error, "What process {ProcessId} had used could not be disposed of. The run ends as if it had been.")]
    public static partial void NotDisposedAfterRun(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(243, LogLevel.Warning, "The clock is {Jump} ahead of the time that has passed. Nothing is removed as expired until it is back, or has stayed there for ten minutes.")]
    public static partial void ClockAhead(ILogger logger, TimeSpan jump);

    [LoggerMessage(244, LogLevel.Error, "The sweep failed again: {Reason}")]
    public static partial void SweepFailedAgain(ILogger logger, string reason);

    [LoggerMessage(245, LogLevel.Error, "A stored process could still not be read: {Reason}")]
    public static partial void StillNotReadable(ILogger logger, string reason);

    [LoggerMessage(246, LogLevel.Error, "Process {ProcessId} has succeeded and was committed, but what followed its commit failed.")]
    public static partial void FailedAfterCommit(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(247, LogLevel.Error, "A part of the result of process {ProcessId} could not be stored. Retrying.")]
    public static partial void ResultIsWaiting(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(248, LogLevel.Warning, "The messages to process {ProcessId} could not be read; the next try is in {Delay}.")]
    public static partial void MessagesNotRead(ILogger logger, ProcessId processId, TimeSpan delay, Exception exception);

    [LoggerMessage(252, LogLevel.Warning, "The store could not be told which messages process {ProcessId} has handled. If it reads messages again, these come again.")]
    public static partial void MessagesNotForgotten(ILogger logger, ProcessId processId, Exception exception);

    [LoggerMessage(249, LogLevel.Warning, "The next starts of recurring work could not be scheduled. It is tried again soon.")]
    public static partial void RecurringNotKept(ILogger logger, Exception exception);

    [LoggerMessage(250, LogLevel.Information, "The start of the recurring work {Name} at {Due} was taken back, since it is no longer registered like this.")]
    public static partial void RecurringTakenBack(ILogger logger, string name, DateTimeOffset due);

    [LoggerMessage(400, LogLevel.Information, "{Operator} asked to {Action} {Target} at {At}: {Outcome}.")]
    public static partial void Audited(ILogger logger, string @operator, string action, string target, string outcome, DateTimeOffset at);
}
