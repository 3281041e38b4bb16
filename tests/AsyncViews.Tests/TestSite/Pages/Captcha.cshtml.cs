using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.TestSite.Pages;

[SubmissionOnly]
[AttributeUsage(AttributeTargets.Class)]
public sealed class CaptchaAttribute : Attribute, IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var request = context.HttpContext.Request;
        var captchas = context.HttpContext.RequestServices.GetRequiredService<ICaptchaService>();
        if (HttpMethods.IsPost(request.Method) && !await captchas.RedeemAsync(request.Form["captcha"].ToString()))
            context.ModelState.AddModelError("", "The captcha was not solved.");
        await next();
    }
}

[Captcha]
public sealed class CaptchaModel : AsyncPageModel
{
    protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) =>
        Task.FromResult<IActionResult>(ModelState.IsValid ? Content("done") : Page());
}

public interface ICaptchaService
{
    Task<bool> RedeemAsync(string token);
}

/// <summary>Stands for somebody's service: a token is good for one verification.</summary>
public sealed class CaptchaService : ICaptchaService
{
    private readonly HashSet<string> _used = [];

    public Task<bool> RedeemAsync(string token) => Task.FromResult(token.Length > 0 && _used.Add(token));
}
