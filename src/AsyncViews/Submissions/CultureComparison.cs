using System.Globalization;
using System.Linq.Expressions;

namespace AsyncViews.Submissions;

/// <summary>
/// Tells whether two cultures read and write alike. Asked at every submission, where request localization makes a new object of
/// the same culture, so that no value is boxed or written as text.
/// </summary>
internal static class CultureComparison
{
    private static readonly Func<NumberFormatInfo, NumberFormatInfo, bool> SameNumbers = Compile<NumberFormatInfo>();
    private static readonly Func<DateTimeFormatInfo, DateTimeFormatInfo, bool> SameDates = Compile<DateTimeFormatInfo>();
    private static readonly Func<TextInfo, TextInfo, bool> SameTexts = Compile<TextInfo>();

    public static bool AreEqual(CultureInfo one, CultureInfo other) => ReferenceEquals(one, other)
        || (AreEqual(one.DateTimeFormat.Calendar, other.DateTimeFormat.Calendar)
            && SameNumbers(one.NumberFormat, other.NumberFormat)
            && SameDates(one.DateTimeFormat, other.DateTimeFormat)
            && SameTexts(one.TextInfo, other.TextInfo)
            && CultureSettings.Patterns.All(pattern => AreEqual(one.DateTimeFormat.GetAllDateTimePatterns(pattern), other.DateTimeFormat.GetAllDateTimePatterns(pattern))));

    private static bool AreEqual(Calendar one, Calendar other) =>
        one.GetType() == other.GetType() && one.TwoDigitYearMax == other.TwoDigitYearMax
        && (one as GregorianCalendar)?.CalendarType == (other as GregorianCalendar)?.CalendarType;

    private static bool AreEqual<T>(T[] one, T[] other) where T : IEquatable<T> => one.AsSpan().SequenceEqual(other);

    /// <summary>Compares all that <see cref="CultureSettings.WritableOf"/> names, so that neither forgets what the framework adds.</summary>
    private static Func<T, T, bool> Compile<T>()
    {
        var (one, other) = (Expression.Parameter(typeof(T)), Expression.Parameter(typeof(T)));
        var all = CultureSettings.WritableOf(typeof(T))
            .Select(property => Compare(Expression.Property(one, property), Expression.Property(other, property)))
            .Aggregate(Expression.AndAlso);
        return Expression.Lambda<Func<T, T, bool>>(all, one, other).Compile();
    }

    private static BinaryExpression Compare(MemberExpression one, MemberExpression other) => one.Type.GetElementType() is { } element
        ? Expression.Equal(Expression.Call(typeof(CultureComparison), nameof(AreEqual), [element], one, other), Expression.Constant(true))
        : Expression.Equal(one, other);
}
