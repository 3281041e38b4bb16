using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Running.Replay;

/// <summary>A page some of whose POST handlers run as processes, as the library sees its model: the base class stands above all that uses this.</summary>
internal interface IAsyncPage
{
    /// <summary>Returns whether a POST to a background handler starts a process.</summary>
    Task<bool> ShouldRunProcessAsync();

    /// <summary>The form.</summary>
    Task<IActionResult> InitialPageAsync();
}
