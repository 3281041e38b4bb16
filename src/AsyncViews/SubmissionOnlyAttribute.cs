namespace AsyncViews;

/// <summary>
/// Says of a filter or a validation attribute that it belongs to the submission only: it is left out of the run. A POST passes the
/// filters and the validation of its page twice, at the submission and in the run. A captcha, a nonce or a quota must be asked for once.
/// </summary>
/// <remarks>
/// On the class of a filter or of a <c>ValidationAttribute</c>, without arguments: <c>[SubmissionOnly] class CaptchaAttribute : Attribute, IAsyncPageFilter</c>.
/// On a page or its base class, for those of others, global filters among them: <c>[SubmissionOnly(typeof(CaptchaFilter))]</c>. Requests
/// other than such a POST are not affected.
/// </remarks>
/// <param name="filters">On a page: the classes or interfaces of the filters, and the classes of the validation attributes.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SubmissionOnlyAttribute(params Type[] filters) : Attribute
{
    /// <summary>The filters of the page that are meant; empty on the class of one.</summary>
    public IReadOnlyList<Type> Filters { get; } = filters;
}
