using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Submissions;

/// <summary>The form of a run: it was read once, within the limits that the submission had, whoever had set them.</summary>
internal static class AcceptedForm
{
    /// <summary>More than a submission can have, and still a number that the framework can add up.</summary>
    private const int Any = int.MaxValue / 4;

    private static readonly FormOptions AnyLength = new()
    {
        ValueCountLimit = Any,
        KeyLengthLimit = Any,
        ValueLengthLimit = Any,
        MultipartBoundaryLengthLimit = Any,
        MultipartHeadersCountLimit = Any,
        MultipartHeadersLengthLimit = Any,
        MultipartBodyLengthLimit = long.MaxValue,
    };

    /// <summary>Has the form read without limits, unless it has been read already.</summary>
    public static void Expect(HttpContext context)
    {
        if (context.Features.Get<IFormFeature>()?.Form is null)
            context.Features.Set<IFormFeature>(new SeparateFiles(new FormFeature(context.Request, AnyLength), context.Request));
    }
}
