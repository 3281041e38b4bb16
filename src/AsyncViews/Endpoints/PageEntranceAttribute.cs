using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Endpoints;

/// <summary>Runs before anything else of the page: what it prepares must be there before somebody reads the form.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PageEntranceAttribute : Attribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    public int Order => int.MinValue + 100;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.Features.Get<ProcessContext>() is not null)
            return;

        var entrance = http.RequestServices.GetService<PageEntrance>() ?? throw new InvalidOperationException(
            $"The page {context.ActionDescriptor.DisplayName} derives from AsyncPageModel, but AsyncViews is not registered. " +
            "Add builder.Services.AddAsyncViews(); after builder.Services.AddRazorPages(); in Program.cs.");
        context.Result = await entrance.AnswerAsync(context);
    }
}
