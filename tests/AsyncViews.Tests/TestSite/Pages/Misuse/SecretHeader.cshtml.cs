using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Unwise: no run has what may be good for signing in.</summary>
public sealed class SecretHeaderModel(Script script) : ScriptedModel(script)
{
    [BindProperty]
    public Secrets? Secrets { get; set; }

    [AsyncHandler]
    public void OnPostExport([FromHeader(Name = "authorization")] string? token) => ViewData["token"] = token;
}

public sealed record Secrets([FromHeader(Name = "Cookie")] string? Cookies);
