namespace AsyncViews;

/// <summary>
/// Puts a page's runs or a job under a quota: of all pages and jobs under it, no more run at once on all nodes together than
/// <see cref="AsyncViewsOptions.Quotas"/> allows. The others wait, and delay nothing that is not under the quota.
/// </summary>
/// <remarks>
/// Use it for work that shares something scarce, such as the licences of a program or an interface that allows one call at a time. A
/// process keeps the quota that it was accepted with. On a handler, it goes before one on the page.
/// </remarks>
/// <param name="name">The name of the quota, which <see cref="AsyncViewsOptions.Quotas"/> must have.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class QuotaAttribute(string name) : Attribute
{
    /// <summary>The name of the quota.</summary>
    public string Name { get; } = name;
}
