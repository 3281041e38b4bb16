namespace AsyncViews;

/// <summary>
/// Says of a filter that it belongs to the run only: it is left out of the submission. A POST passes the filters of its page
/// twice, at the submission and in the run. A filter that opens a transaction for the handler is needed in the run only.
/// </summary>
/// <remarks>
/// On the class of a filter, without arguments: <c>[RunOnly] class TransactionAttribute : Attribute, IAsyncPageFilter</c>. On a page
/// or its base class, for filters of others, global ones among them: <c>[RunOnly(typeof(TransactionFilter))]</c>. Requests other
/// than such a POST are not affected.
/// </remarks>
/// <param name="filters">On a page: the classes or interfaces of the filters.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RunOnlyAttribute(params Type[] filters) : Attribute
{
    /// <summary>The filters of the page that are meant; empty on the class of a filter.</summary>
    public IReadOnlyList<Type> Filters { get; } = filters;
}
