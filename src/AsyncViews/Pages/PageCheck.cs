using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Pages;

/// <summary>Stops the application at start where a page cannot work, and says at start what works less well than it could.</summary>
/// <param name="store">The application's store.</param>
/// <param name="environment">Where it runs.</param>
/// <param name="logger">The log.</param>
/// <param name="actions">Null in an application without Razor Pages, which runs jobs only.</param>
internal sealed class PageCheck(
    IProcessStore store, IHostEnvironment environment, ILogger<PageCheck> logger, IActionDescriptorCollectionProvider? actions = null) : IHostedService
{
    private static readonly string[] Reserved = ["processing", "completed", "result", "cancel", "again"];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var page in actions?.ActionDescriptors.Items.OfType<CompiledPageActionDescriptor>() ?? [])
        {
            if (page.ModelTypeInfo?.IsSubclassOf(typeof(AsyncPageModel)) == true)
                Check(page);
        }

        if (store is InMemoryProcessStore && !environment.IsDevelopment())
            Log.InMemory(logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Check(CompiledPageActionDescriptor page)
    {
        var own = page.HandlerMethods.Where(handler => handler.MethodInfo.DeclaringType != typeof(AsyncPageModel)).ToArray();
        if (own.FirstOrDefault(handler => handler.Name is null && HttpMethods.IsPost(handler.HttpMethod)) is { } post)
        {
            throw new InvalidOperationException(
                $"The page {page.DisplayName} has its own {post.MethodInfo.Name}, which would replace its background run. " +
                $"Rename it to RunAsync(ProcessContext process, CancellationToken cancellationToken); turn its parameters into [BindProperty] properties.");
        }

        if (own.FirstOrDefault(handler => Reserved.Contains(handler.Name, StringComparer.OrdinalIgnoreCase)) is { } reserved)
        {
            throw new InvalidOperationException(
                $"The page {page.DisplayName} has a handler named {reserved.MethodInfo.Name}. The names Processing, Completed, Result, Cancel and Again " +
                $"belong to {nameof(AsyncPageModel)}. Choose another name.");
        }
    }
}
