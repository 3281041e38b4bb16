namespace AsyncViews;

/// <summary>
/// Runs this POST handler of an <see cref="AsyncPageModel"/> as a process, as <see cref="AsyncPageModel.RunAsync"/> is. A page
/// can have several: <c>OnPostAsync</c>, and named ones such as <c>OnPostExportAsync</c>.
/// </summary>
/// <remarks>
/// Parameters are bound as those of any page handler, at the submission and again in the run. A <see cref="ProcessContext"/>
/// parameter is the running process, and a <see cref="CancellationToken"/> parameter is that of the run.
/// <see cref="RetryOnFailureAttribute"/> and <see cref="RerunAfterCrashAttribute"/> can be put on the handler.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AsyncHandlerAttribute : Attribute;
