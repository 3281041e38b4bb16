using Microsoft.CodeAnalysis;

namespace AsyncViews.Analyzers;

/// <summary>Every rule. Those below 100 are about the shape of a page, the others about the code of a run.</summary>
public static class Rules
{
    /// <summary>Offers the conversion of a page's POST handler.</summary>
    public static readonly DiagnosticDescriptor RunInBackground = Rule(1, DiagnosticSeverity.Hidden,
        "Run this handler in the background", "{0} can run in the background");

    /// <summary>Two handlers for one POST.</summary>
    public static readonly DiagnosticDescriptor PostBesideRunAsync = Rule(2, DiagnosticSeverity.Error,
        "OnPost beside RunAsync", "{0} and RunAsync would answer the same POST. Keep one of the two.");

    /// <summary>A handler whose name the library uses.</summary>
    public static readonly DiagnosticDescriptor ReservedName = Rule(3, DiagnosticSeverity.Error,
        "Reserved handler name", "The handler name in {0} belongs to AsyncPageModel, as Processing, Completed, Result, Cancel and Again do. Choose another name.");

    /// <summary>The attribute on a handler of an ordinary page.</summary>
    public static readonly DiagnosticDescriptor HandlerOutsideAsyncPage = Rule(4, DiagnosticSeverity.Error,
        "[AsyncHandler] outside an AsyncPageModel", "{0} has [AsyncHandler]. Derive {1} from AsyncPageModel.");

    /// <summary>The attribute on a method that answers no POST.</summary>
    public static readonly DiagnosticDescriptor NoPostHandler = Rule(5, DiagnosticSeverity.Error,
        "[AsyncHandler] on something that is no POST handler", "{0} has [AsyncHandler], but is not a POST handler. Name it OnPostAsync, or OnPost{{Name}}Async, and make it public.");

    /// <summary>A process where there is none.</summary>
    public static readonly DiagnosticDescriptor ProcessWithoutHandler = Rule(6, DiagnosticSeverity.Error,
        "ProcessContext in a handler that does not run as a process", "{0} takes a ProcessContext, but does not run as a process. {1}");

    /// <summary>A page of processes without any.</summary>
    public static readonly DiagnosticDescriptor NothingRuns = Rule(7, DiagnosticSeverity.Error,
        "Nothing runs in the background", "{0} has neither a RunAsync nor a handler with [AsyncHandler], so nothing of it runs in the background. {1}");

    /// <summary>A call that an application may make once.</summary>
    public static readonly DiagnosticDescriptor RegisteredTwice = Rule(8, DiagnosticSeverity.Error,
        "Registered twice", "{0} is called twice, which stops the application at its start. Keep one of the calls.");

    /// <summary>A change of the session, which the run has only to read.</summary>
    public static readonly DiagnosticDescriptor SessionChanged = Rule(101, DiagnosticSeverity.Warning,
        "Session changed in a run", "The session cannot be changed in a run, which may end long after its POST. Use TempData for the next page, or a store of your own.");

    /// <summary>Credentials that are not captured.</summary>
    public static readonly DiagnosticDescriptor AuthenticationTokens = Rule(102, DiagnosticSeverity.Warning,
        "Authentication tokens in a run", "{0} finds no tokens in a run, which may take place after they have expired. Carry what you need with an ISubmissionFeature.");

    /// <summary>The name of a request's token where the run's own is meant.</summary>
    public static readonly DiagnosticDescriptor RequestAborted = Rule(103, DiagnosticSeverity.Warning,
        "RequestAborted in a run", "In a run, RequestAborted is the run's own token, and not that of a request. Use '{0}', which says so.");

    /// <summary>Work that nobody waits for.</summary>
    public static readonly DiagnosticDescriptor FireAndForget = Rule(104, DiagnosticSeverity.Warning,
        "Task that outlives its run", "Nothing waits for this, so it may go on after the run has ended, without its services, and its failure is lost or stops the server. Await it (an async void method has to return a Task first), or schedule a job.");

    /// <summary>Work that does not stop when the person cancels.</summary>
    public static readonly DiagnosticDescriptor TokenNotPassed = Rule(105, DiagnosticSeverity.Warning,
        "CancellationToken not passed on", "{0} takes a CancellationToken. Pass '{1}' on, so that a cancel stops it.");

    /// <summary>An object of a database context that the run does not have.</summary>
    public static readonly DiagnosticDescriptor EntityInArguments = Rule(106, DiagnosticSeverity.Warning,
        "Entity in the arguments of a job", "{0} is an entity of {1}, which the run would get as a copy that no context tracks. Pass its key, and load it in the job.");

    private static DiagnosticDescriptor Rule(int number, DiagnosticSeverity severity, string title, string message) =>
        new($"AVW{number:000}", title, message, "AsyncViews", severity, isEnabledByDefault: true);
}
