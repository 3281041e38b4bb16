using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page whose default handler has parameters, and keeps its name.</summary>
public sealed class ParametersModel : AsyncPageModel
{
    [AsyncHandler]
    public IActionResult OnPost(int id, string name, [FromServices] Clerk clerk, ProcessContext process) => Content($"{id} {name} {clerk.Process == process.Id}");
}
