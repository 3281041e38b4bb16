namespace AsyncViews.CodeFixes;

/// <summary>The parts of a conversion.</summary>
[Flags]
internal enum Changes
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The class derives from AsyncPageModel.</summary>
    Base = 1,

    /// <summary>The handler becomes RunAsync, or is marked where it has to keep its name.</summary>
    Handler = 2,

    /// <summary>The handler is marked.</summary>
    Mark = 4,
}
