using Microsoft.Extensions.Localization;

[assembly: ResourceLocation("Resources")]
[assembly: RootNamespace("AsyncViews")]

namespace AsyncViews;

/// <summary>
/// Names the library's texts: <c>IStringLocalizer&lt;Strings&gt;</c> translates them. The English text is the key.
/// </summary>
public sealed class Strings
{
    private Strings()
    {
    }
}
