using AsyncViews.Views;

namespace AsyncViews.Management.Admin;

/// <summary>Lists the processes that fit the operator's filter.</summary>
internal static class Listing
{
    public static async Task<IReadOnlyList<ProcessStatus>> ListAsync(
        this IProcessManager processes, AdminFilter filter, int count, ProcessId? after, CancellationToken cancellationToken) =>
        filter.ToQuery(count, after) is not { } query ? []
        : filter.User is { } user ? await processes.ListByUserAsync(user, query, cancellationToken)
        : await processes.ListAllAsync(query, cancellationToken: cancellationToken);
}
