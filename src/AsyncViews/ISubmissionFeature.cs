using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>
/// Carries state that the application's middleware set up (a tenant, say) from the submission to the run, which passes
/// through no middleware. Register implementations in the service collection.
/// </summary>
public interface ISubmissionFeature
{
    /// <summary>Called during the POST: writes the values that the run will need. All features share the keys, so prefix them.</summary>
    void Capture(HttpContext context, IDictionary<string, string> values);

    /// <summary>Called before the run: restores the state, with the run's own scope in <see cref="HttpContext.RequestServices"/>.</summary>
    void Restore(HttpContext context, IReadOnlyDictionary<string, string> values);
}
