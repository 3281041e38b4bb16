using System.Globalization;
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
        var captured = CapturedCulture.Of(culture);
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
}
