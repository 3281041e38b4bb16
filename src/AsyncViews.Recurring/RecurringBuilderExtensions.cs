using AsyncViews;
using Cronos;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers recurring work by cron expressions.</summary>
public static class RecurringBuilderExtensions
{
    /// <summary>
    /// Runs a registered job at the times of a cron expression, once for each due time in the whole farm. Where clocks are set
    /// forward, a time that is left out becomes the first one after the gap. Where they are set back, a time that comes twice counts once;
    /// an expression with <c>*</c>, a range or a step in its minute or hour starts in both passes of the hour, as Cronos reads it.
    /// </summary>
    /// <typeparam name="TArgs">The type of the arguments, by which the job is found.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, which no other recurring work has: 1 to 100 letters, digits, <c>-</c>, <c>_</c> or <c>.</c></param>
    /// <param name="cron">The expression of five fields: minute, hour, day of the month, month and day of the week, such as <c>0 3 * * *</c>.</param>
    /// <param name="args">The job's arguments, the same at each start.</param>
    /// <param name="timeZone">The time zone of the expression; null for UTC.</param>
    /// <param name="options">How it starts, and what becomes of missed starts; null for the defaults.</param>
    /// <exception cref="ArgumentException">The expression cannot be read, the name is taken or no such name, or the options are out of range.</exception>
    public static AsyncViewsBuilder AddRecurring<TArgs>(
        this AsyncViewsBuilder builder, string name, string cron, TArgs args, TimeZoneInfo? timeZone = null, RecurringOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (times, zone) = (Parse(cron), timeZone ?? TimeZoneInfo.Utc);
        return builder.AddRecurring(name, args, $"{cron} {zone.Id}", after => times.GetNextOccurrence(after, zone), options);
    }

    private static CronExpression Parse(string cron)
    {
        try
        {
            return CronExpression.Parse(cron);
        }
        catch (CronFormatException exception)
        {
            throw new ArgumentException($"'{cron}' is no cron expression of five fields: {exception.Message}", nameof(cron), exception);
        }
    }
}
