using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Mvc.ViewFeatures.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Submissions;

/// <summary>The session as the POST had it.</summary>
internal sealed record CapturedSession(string Id, Dictionary<string, byte[]> Values)
{
    /// <summary>Where <see cref="SessionStateTempDataProvider"/> keeps TempData.</summary>
    public const string TempDataKey = "__ControllerTempData";

    /// <summary>Null where the application has no session, or it cannot be read.</summary>
    public static async Task<CapturedSession?> OfAsync(HttpContext context)
    {
        if (context.Features.Get<ISessionFeature>()?.Session is not { } session)
            return null;

        // Whoever asks it first would wait for its store on a thread of the pool.
        try
        {
            await session.LoadAsync(context.RequestAborted);
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }

        if (!session.IsAvailable)
            return null;

        var values = new Dictionary<string, byte[]>();
        foreach (var key in session.Keys)
        {
            if (session.TryGetValue(key, out var value))
                values[key] = value;
        }

        // The page may have loaded TempData, which takes it out of the session. It is for the run to read, or to leave.
        if (!values.ContainsKey(TempDataKey) && TempDataOf(context) is { } tempData)
            values[TempDataKey] = tempData;
        return new CapturedSession(session.Id, values);
    }

    private static byte[]? TempDataOf(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetService<ITempDataProvider>() is not SessionStateTempDataProvider)
            return null;

        var data = services.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(context);
        return data.Count == 0 ? null : services.GetRequiredService<TempDataSerializer>().Serialize(data.Keys.ToDictionary(key => key, key => data.Peek(key)!));
    }
}
