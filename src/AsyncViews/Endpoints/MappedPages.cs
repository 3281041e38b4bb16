namespace AsyncViews.Endpoints;

/// <summary>The library's pages that the application has mapped, each once: links find a page by its name.</summary>
internal sealed class MappedPages
{
    private readonly HashSet<string> _mappings = [];

    /// <summary>False where it is mapped already.</summary>
    public bool Add(string mapping) => _mappings.Add(mapping);
}
