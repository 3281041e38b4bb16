using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace AsyncViews.Capture;

/// <summary>Makes a page's <see cref="AsyncPageModel.RunAsync"/> its default POST handler, which is otherwise like every other.</summary>
/// <param name="parts">Null in an application without Razor Pages, which runs jobs only.</param>
internal sealed class RunAsyncHandler(IPageApplicationModelPartsProvider? parts = null) : IPageApplicationModelProvider
{
    /// <summary>After the framework's own, before the application's conventions.</summary>
    public int Order => 0;

    public void OnProvidersExecuting(PageApplicationModelProviderContext context)
    {
        var page = context.PageApplicationModel;
        if (!page.HandlerType.IsAssignableTo(typeof(IAsyncPage)) || AsyncHandlers.RunAsyncOf(page.HandlerType) is not { } method)
            return;

        var handler = new PageHandlerModel(method, method.GetCustomAttributes(inherit: true)) { Name = method.Name, HttpMethod = "Post", Page = page };
        foreach (var parameter in method.GetParameters().Select(parts!.CreateParameterModel))
        {
            parameter.Handler = handler;
            handler.Parameters.Add(parameter);
        }

        page.HandlerMethods.Add(handler);
    }

    public void OnProvidersExecuted(PageApplicationModelProviderContext context)
    {
    }
}
