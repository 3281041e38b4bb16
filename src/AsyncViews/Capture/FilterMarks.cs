using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Capture;

/// <summary>The filters and validation attributes of one page that belong to the submission only, or to the run only.</summary>
internal sealed class FilterMarks(Type page)
{
    private static readonly ConcurrentDictionary<Type, FilterMarks> Known = new();

    private readonly Type[] _submissionOnly = [.. page.GetCustomAttributes<SubmissionOnlyAttribute>().SelectMany(mark => mark.Filters)];
    private readonly Type[] _runOnly = [.. page.GetCustomAttributes<RunOnlyAttribute>().SelectMany(mark => mark.Filters)];
    private readonly ConcurrentDictionary<Type, (bool SubmissionOnly, bool RunOnly)> _marks = new();

    public static FilterMarks Of(Type page) => Known.GetOrAdd(page, type => new FilterMarks(type));

    public bool IsSubmissionOnly(FilterItem filter) => Has(filter, marks => marks.SubmissionOnly);

    public bool IsRunOnly(FilterItem filter) => Has(filter, marks => marks.RunOnly);

    /// <summary>A filter that a factory has made is meant by its own class and by the factory's.</summary>
    private bool Has(FilterItem item, Func<(bool SubmissionOnly, bool RunOnly), bool> wanted) =>
        (item.Filter is { } filter && wanted(MarksOf(filter.GetType()))) || wanted(MarksOf(item.Descriptor.Filter.GetType()));

    /// <summary>The marks of a filter's or a validation attribute's class.</summary>
    public (bool SubmissionOnly, bool RunOnly) MarksOf(Type filter) => _marks.GetOrAdd(filter, type => (
        type.IsDefined(typeof(SubmissionOnlyAttribute)) || Array.Exists(_submissionOnly, named => named.IsAssignableFrom(type)),
        type.IsDefined(typeof(RunOnlyAttribute)) || Array.Exists(_runOnly, named => named.IsAssignableFrom(type))));
}
