namespace AsyncViews;

/// <summary>
/// Says of a filter or a validation attribute that it belongs to the run only: it is left out of the submission. A POST passes the
/// filters and the validation of its page twice, at the submission and in the run. A filter that opens a transaction for the handler is needed in the run only.
/// </summary>
/// <remarks>
/// On the class of a filter or of a <c>ValidationAttribute</c>, without arguments: <c>[RunOnly] class TransactionAttribute : Attribute, IAsyncPageFilter</c>.
/// On a page or its base class, for those of others, global filters among them: <c>[RunOnly(typeof(TransactionFilter))]</c>. Requests other
/// than such a POST are not affected.
/// </remarks>
/// <param name="filters">On a page: the classes or interfaces of the filters, and the classes of the validation attributes.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RunOnlyAttribute(params Type[] filters) : Attribute
{
    /// <summary>The filters of the page that are meant; empty on the class of one.</summary>
    public IReadOnlyList<Type> Filters { get; } = filters;
}
