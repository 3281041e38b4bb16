using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;

namespace AsyncViews.Running.Replay;

/// <summary>Tells the handlers that run as processes from the page's others.</summary>
internal static class AsyncHandlers
{
    public const string RunAsync = "RunAsync";

    private static readonly ConditionalWeakTable<MethodInfo, object> Known = [];

    public static bool Contain(HandlerMethodDescriptor handler) => (bool)Known.GetValue(handler.MethodInfo, method => Contain(method));

    /// <summary>The page's own <see cref="AsyncPageModel.RunAsync"/>; null where it has none.</summary>
    public static MethodInfo? RunAsyncOf(Type page) =>
        page.GetMethod(RunAsync, BindingFlags.Instance | BindingFlags.NonPublic, [typeof(ProcessContext), typeof(CancellationToken)]) is { } method
        && !IsOfLibrary(method) ? method : null;

    /// <summary>Returns whether the base class of such pages declares it, and not the page.</summary>
    public static bool IsOfLibrary(MethodInfo method) => method.DeclaringType!.Assembly == typeof(AsyncHandlers).Assembly;

    private static bool Contain(MethodInfo method) =>
        method.IsDefined(typeof(AsyncHandlerAttribute))
        || (method.Name == RunAsync && IsOfLibrary(method.GetBaseDefinition()));
}
