using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace AsyncViews.Submissions;

/// <summary>
/// Captures the cultures of a submission, and has a run use the same. One of the application's own making is looked up
/// among those that request localization is configured with.
/// </summary>
internal sealed class Cultures
{
    private readonly CultureInfo[] _configured;

    /// <summary>The cultures of earlier submissions that nobody can change any more, by their date formats, which all copies of one share.</summary>
    private readonly ConditionalWeakTable<DateTimeFormatInfo, Known> _known = [];

    public Cultures(IOptions<RequestLocalizationOptions> localization)
    {
        var options = localization.Value;
        _configured = [.. options.SupportedCultures ?? [], .. options.SupportedUICultures ?? [], options.DefaultRequestCulture.Culture, options.DefaultRequestCulture.UICulture];

        // Request localization copies one of these for each request. What they have not loaded by then, each copy loads
        // anew, which takes longer than all the rest of a submission.
        foreach (var culture in _configured)
            _ = (culture.NumberFormat, culture.DateTimeFormat);
    }

    /// <exception cref="InvalidOperationException">The run could not have the same culture.</exception>
    public CapturedCulture Capture(CultureInfo culture)
    {
        if (_known.TryGetValue(culture.DateTimeFormat, out var known) && known.IsOf(culture))
            return known.Captured;

        var captured = Check(CapturedCulture.Of(culture));
        if (Known.CanBe(culture))
            _known.AddOrUpdate(culture.DateTimeFormat, new Known(culture, captured));
        return captured;
    }

    private CapturedCulture Check(CapturedCulture captured)
    {
        return captured.OwnType is null || FindConfigured(captured) is not null ? captured : throw new InvalidOperationException(
            $"The culture {captured.Name} is of the application's own making ({captured.OwnType}), and a background run could not have the same. " +
            $"Add it to {nameof(RequestLocalizationOptions)}.{nameof(RequestLocalizationOptions.SupportedCultures)} (and SupportedUICultures) with " +
            "builder.Services.Configure<RequestLocalizationOptions>(…), or use a new CultureInfo with changed NumberFormat and DateTimeFormat.");
    }

    /// <summary>Formats and texts of what runs from here on are those of whoever sent it.</summary>
    /// <exception cref="InvalidOperationException">This application no longer has the culture.</exception>
    public void Set(Submission submission)
    {
        CultureInfo.CurrentCulture = Restore(submission.Culture);
        CultureInfo.CurrentUICulture = submission.UICulture.Equals(submission.Culture) ? CultureInfo.CurrentCulture : Restore(submission.UICulture);
    }

    private CultureInfo Restore(CapturedCulture captured) =>
        captured.OwnType is null ? captured.Restore() : FindConfigured(captured) ?? throw new InvalidOperationException(
            $"{nameof(RequestLocalizationOptions)} no longer has the culture {captured.Name} ({captured.OwnType}) as it was when this was sent.");

    private CultureInfo? FindConfigured(CapturedCulture captured) => Array.Find(_configured, culture => CapturedCulture.Of(culture).Equals(captured));

    /// <summary>A culture that was captured before, with all that its capture depends on beside its date formats.</summary>
    private sealed class Known(CultureInfo culture, CapturedCulture captured)
    {
        private readonly NumberFormatInfo _numbers = culture.NumberFormat;
        private readonly (string, string, string, string) _names = NamesOf(culture);

        public CapturedCulture Captured => captured;

        public static bool CanBe(CultureInfo culture) => culture.GetType() == typeof(CultureInfo)
            && culture is { IsReadOnly: true, DateTimeFormat: { IsReadOnly: true, Calendar.IsReadOnly: true }, NumberFormat.IsReadOnly: true, TextInfo.IsReadOnly: true };

        public bool IsOf(CultureInfo other) => ReferenceEquals(other.NumberFormat, _numbers) && CanBe(other) && NamesOf(other) == _names;

        private static (string, string, string, string) NamesOf(CultureInfo culture) =>
            (culture.Name, culture.CompareInfo.Name, culture.TextInfo.CultureName, culture.TextInfo.ListSeparator);
    }
}
