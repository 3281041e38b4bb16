using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>
/// Carries what the application's middleware had put in place (a tenant, say) from the submission to the run, which
/// passes through no middleware. Register implementations in the service collection.
/// </summary>
public interface ISubmissionFeature
{
    /// <summary>Called during the POST: writes what the run will need. Keys are shared by all features, so prefix them.</summary>
    void Capture(HttpContext context, IDictionary<string, string> values);

    /// <summary>Called before the run: puts it back in place, with the run's own scope in <see cref="HttpContext.RequestServices"/>.</summary>
    void Restore(HttpContext context, IReadOnlyDictionary<string, string> values);
}
