using System.Reflection;
using AsyncViews.Capture;
using AsyncViews.Diagnostics;
using AsyncViews.Running.Replay;
using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Endpoints;

/// <summary>Stops the application at start where a page cannot work, and says at start what works less well than it could.</summary>
/// <param name="store">The application's store.</param>
/// <param name="environment">Where it runs.</param>
/// <param name="options">The options, which have the quotas.</param>
/// <param name="logger">The log.</param>
/// <param name="actions">Null in an application without Razor Pages, which runs jobs only.</param>
/// <param name="metadata">Null where there are no <paramref name="actions"/>.</param>
internal sealed class PageCheck(
    IProcessStore store, IHostEnvironment environment, IOptions<AsyncViewsOptions> options, ILogger<PageCheck> logger, IActionDescriptorCollectionProvider? actions = null, IModelMetadataProvider? metadata = null)
    : IHostedService
{
    private const BindingFlags AnyMethod = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var page in actions?.ActionDescriptors.Items.OfType<CompiledPageActionDescriptor>() ?? [])
        {
            if (FindMistake(page) is { } mistake)
                throw new InvalidOperationException($"The page {page.DisplayName} {mistake}");

            if (FindUnknownQuota(page) is { } quota)
                throw new InvalidOperationException($"The page {page.DisplayName} is under the quota '{quota}', which the options do not have. Add it: options.Quotas[\"{quota}\"] = 1.");

            if (ProcessPages.Contain(page))
                Warn(page);
        }

        if (store is InMemoryProcessStore && !environment.IsDevelopment())
            Log.InMemory(logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string? FindUnknownQuota(CompiledPageActionDescriptor page) => page.HandlerMethods.Select(handler => (MemberInfo)handler.MethodInfo).Append(page.HandlerTypeInfo)
        .Select(member => member.GetCustomAttribute<QuotaAttribute>()?.Name).FirstOrDefault(quota => quota is not null && !options.Value.Quotas.ContainsKey(quota));

    private void Warn(CompiledPageActionDescriptor page)
    {
        if (OwnGet.Of(page).IsInDoubt)
            Log.OnGetInDoubt(logger, page.DisplayName);
        foreach (var name in page.HandlerMethods.Where(AsyncHandlers.Contain).SelectMany(handler => BoundHeaders.Of(page, handler, metadata!)).Where(BoundHeaders.IsSecret).Distinct())
            Log.SecretHeaderBound(logger, page.DisplayName, name);
    }

    private static string? FindMistake(CompiledPageActionDescriptor page)
    {
        var marked = page.HandlerTypeInfo.GetMethods(AnyMethod).Where(method => method.IsDefined(typeof(AsyncHandlerAttribute))).ToArray();
        var handlers = page.HandlerMethods.Where(handler => !AsyncHandlers.IsOfLibrary(handler.MethodInfo)).ToArray();
        var unmarked = Array.Find(handlers, handler => !AsyncHandlers.Contain(handler) && handler.Parameters.Any(parameter => parameter.ParameterType == typeof(ProcessContext)));
        var mistaken = unmarked is null ? null
            : $"has the handler {unmarked.MethodInfo.Name}, which takes a {nameof(ProcessContext)} but does not run as a process. {AdviceOn(unmarked, page)}";
        if (!ProcessPages.Contain(page))
            return marked.Length > 0 ? $"has [AsyncHandler] on {marked[0].Name}. Derive {page.HandlerTypeInfo.Name} from AsyncPageModel." : mistaken;

        if (Array.Find(handlers, handler => handler.Name is not null && HandlerTable.Handlers.ContainsKey(handler.Name)) is { } reserved)
        {
            return $"has a handler named {reserved.MethodInfo.Name}. The names {string.Join(", ", HandlerTable.Handlers.Keys)} " +
                "belong to AsyncPageModel. Choose another name.";
        }

        if (Array.Find(marked, method => !handlers.Any(handler => handler.MethodInfo == method && HttpMethods.IsPost(handler.HttpMethod))) is { } noHandler)
            return $"has [AsyncHandler] on {noHandler.Name}, which is not a POST handler. Name it OnPostAsync, or OnPost{{Name}}Async, and make it public.";

        if (mistaken is not null)
            return mistaken;

        var defaults = handlers.Where(handler => handler.Name is null && HttpMethods.IsPost(handler.HttpMethod)).ToArray();
        var post = Array.Find(defaults, handler => handler.MethodInfo.Name != AsyncHandlers.RunAsync);
        if (post is not null && defaults.Length > 1)
            return $"has its own {post.MethodInfo.Name} beside its RunAsync, and both would answer the same POST. {RenameOrMark(post)} Keep one of the two.";

        return handlers.Any(AsyncHandlers.Contain) ? null
            : $"derives from AsyncPageModel, but has neither a RunAsync nor a handler with [AsyncHandler], so nothing runs in the background. " +
                (post is null ? "Override RunAsync(ProcessContext process, CancellationToken cancellationToken)." : RenameOrMark(post));
    }

    private static string AdviceOn(HandlerMethodDescriptor unmarked, CompiledPageActionDescriptor page)
    {
        if (!HttpMethods.IsPost(unmarked.HttpMethod))
            return "Leave the parameter out, make the method non-public, or mark it with [NonHandler].";
        return ProcessPages.Contain(page) ? "Mark it with [AsyncHandler]." : $"Derive {page.HandlerTypeInfo.Name} from AsyncPageModel, and mark the method with [AsyncHandler].";
    }

    private static string RenameOrMark(HandlerMethodDescriptor post) =>
        $"Rename {post.MethodInfo.Name} to RunAsync(ProcessContext process, CancellationToken cancellationToken), or, to keep its parameters, mark it with [AsyncHandler].";
}
