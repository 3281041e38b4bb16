namespace AsyncViews;

/// <summary>The names of the authorization policies that guard the pages of <c>MapAsyncViewsAdmin</c>. The application defines both.</summary>
public static class AsyncViewsPolicies
{
    /// <summary>The policy of those who may see everybody's processes: states, names, errors and metadata. Contents are not among them.</summary>
    public const string View = "AsyncViews.View";

    /// <summary>The policy of those who may also cancel, send again and remove everybody's processes, read results, and drain nodes. They have to meet <see cref="View"/> too.</summary>
    public const string Manage = "AsyncViews.Manage";
}
