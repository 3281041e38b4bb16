using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

[RequestFormLimits(ValueCountLimit = 3)]
public sealed class FewFieldsModel(Script script) : ScriptedModel(script)
{
    public string? Outcome { get; set; }
}
