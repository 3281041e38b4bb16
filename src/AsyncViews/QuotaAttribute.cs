namespace AsyncViews;

/// <summary>
/// Puts a page's runs or a job under a quota. <see cref="AsyncViewsOptions.Quotas"/> limits how many runs under it there are at once
/// on all nodes together. The others wait, and delay nothing outside the quota.
/// </summary>
/// <remarks>
/// Use it for work that shares something scarce, such as the licences of a program or an interface that allows one call at a time. A
/// process keeps the quota that it was accepted with. The quota of a handler replaces that of its page.
/// </remarks>
/// <param name="name">The name of the quota, which <see cref="AsyncViewsOptions.Quotas"/> must have.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class QuotaAttribute(string name) : Attribute
{
    /// <summary>The name of the quota.</summary>
    public string Name { get; } = name;
}
