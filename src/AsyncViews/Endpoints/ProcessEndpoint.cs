using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Endpoints;

/// <summary>Answers at one address that every process has: one of the <see cref="HandlerTable"/>.</summary>
internal abstract class ProcessEndpoint
{
    protected static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Tells whether a waiting page asks here again and again, so that its answers are marked as the library's own.</summary>
    public virtual bool IsPolled => false;

    /// <summary>Returns whether a page takes such a request for itself.</summary>
    public virtual bool IsForPage(string method) => false;

    /// <summary>The methods that are allowed.</summary>
    public abstract string[] MethodsFor(ProcessRequest request);

    /// <summary>Null where a page is to show the process that is now among the request's features.</summary>
    public abstract Task<IActionResult?> AnswerAsync(ProcessRequest request, ProcessViewModel process);
}
