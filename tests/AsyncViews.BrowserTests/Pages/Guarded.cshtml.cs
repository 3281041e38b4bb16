using AsyncViews.BrowserTests.Site;
using Microsoft.AspNetCore.Authorization;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>The same work, for those who are signed in.</summary>
[Authorize]
public sealed class GuardedModel(Works works) : WorkModel(works);
