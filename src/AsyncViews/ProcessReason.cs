using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Localization;

namespace AsyncViews;

/// <summary>
/// The reason why a process did not succeed, for the waiting person. It is stored as a code and put into words in the
/// reader's language.
/// </summary>
/// <param name="Code">A key of <see cref="Strings"/>, such as <c>Reason.ResultTooLarge</c>.</param>
/// <param name="Arguments">The values for the placeholders in its text.</param>
public sealed record ProcessReason(string Code, params IReadOnlyList<string> Arguments)
{
    /// <summary>Its user no longer has permission.</summary>
    public static ProcessReason NotAllowed { get; } = new(Strings.Key("Reason.NotAllowed"));

    /// <summary>Something that was valid when it was submitted was not valid any more when it was to run.</summary>
    public static ProcessReason NoLongerValid { get; } = new(Strings.Key("Reason.NoLongerValid"));

    /// <summary>As <see cref="NotAllowed"/>, after an earlier attempt that was started.</summary>
    public static ProcessReason NotAllowedAgain { get; } = new(Strings.Key("Reason.NotAllowedAgain"));

    /// <summary>As <see cref="NoLongerValid"/>, after an earlier attempt that was started. What that attempt did may be why.</summary>
    public static ProcessReason NoLongerValidAgain { get; } = new(Strings.Key("Reason.NoLongerValidAgain"));

    /// <summary>The response is larger than <see cref="AsyncViewsOptions.MaxResultBytes"/>.</summary>
    public static ProcessReason ResultTooLarge { get; } = new(Strings.Key("Reason.ResultTooLarge"));

    /// <summary>The work was done, but its result could not be written: a view threw an exception, say. It is never retried.</summary>
    public static ProcessReason ResultNotShown { get; } = new(Strings.Key("Reason.ResultNotShown"));

    /// <summary>The store had no room for the response.</summary>
    public static ProcessReason NoRoom { get; } = new(Strings.Key("Reason.NoRoom"));

    /// <summary>The result of a job could not be written as JSON.</summary>
    public static ProcessReason ResultNotKept { get; } = new(Strings.Key("Reason.ResultNotKept"));

    /// <summary>The submission can no longer be read.</summary>
    public static ProcessReason SubmissionDamaged { get; } = new(Strings.Key("Reason.SubmissionDamaged"));

    /// <summary>The arguments of a job no longer fit its class, which has changed since they were stored.</summary>
    public static ProcessReason ArgumentsMisfit { get; } = new(Strings.Key("Reason.ArgumentsMisfit"));

    /// <summary>It was to follow another process, which has ended otherwise than required.</summary>
    public static ProcessReason NotFollowed { get; } = new(Strings.Key("Reason.NotFollowed"));

    /// <summary>It did not start before this time, as required.</summary>
    public static ProcessReason NotStartedBefore(DateTimeOffset time) => new(Strings.Key("Reason.NotStartedBefore"), time.ToString("u", CultureInfo.InvariantCulture));

    /// <summary>Tells whether the work was done, and only its result is missing: it was too large, say, or a view threw an exception.</summary>
    [JsonIgnore]
    public bool IsOfTheResult => Code == ResultNotShown.Code || Code == ResultTooLarge.Code || Code == NoRoom.Code || Code == ResultNotKept.Code;

    /// <summary>Tells whether nothing was started because of what was sent. Sent again, it would fail in the same way.</summary>
    [JsonIgnore]
    public bool WouldFailAgain => Code == NoLongerValid.Code;

    /// <summary>The reason in words, in the current UI culture.</summary>
    public string In(IStringLocalizer<Strings> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts[Code, [.. Arguments]];
    }

    /// <summary>Returns whether both have the same code and arguments.</summary>
    public bool Equals(ProcessReason? other) => other is not null && Code == other.Code && Arguments.SequenceEqual(other.Arguments);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Code, Arguments.Count);
}
