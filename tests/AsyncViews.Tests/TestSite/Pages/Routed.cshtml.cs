using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

public sealed class RoutedModel(Script script) : ScriptedModel(script)
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    public string Outcome => $"{Id}/{Name}";
}
