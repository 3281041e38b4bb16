namespace AsyncViews;

/// <summary>
/// Says of a filter that it belongs to the submission only: it is left out of the run. A POST passes the filters of its page
/// twice, at the submission and in the run. A captcha, a nonce or a quota must be asked for once.
/// </summary>
/// <remarks>
/// On the class of a filter, without arguments: <c>[SubmissionOnly] class CaptchaAttribute : Attribute, IAsyncPageFilter</c>. On a
/// page or its base class, for filters of others, global ones among them: <c>[SubmissionOnly(typeof(CaptchaFilter))]</c>. Requests
/// other than such a POST are not affected.
/// </remarks>
/// <param name="filters">On a page: the classes or interfaces of the filters.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SubmissionOnlyAttribute(params Type[] filters) : Attribute
{
    /// <summary>The filters of the page that are meant; empty on the class of a filter.</summary>
    public IReadOnlyList<Type> Filters { get; } = filters;
}
