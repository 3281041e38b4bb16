using AsyncViews.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Mvc.ViewFeatures.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Running.Replay;

/// <summary>
/// TempData of a run, wherever the application keeps it. Requests that come meanwhile change it too, so what the run leaves is
/// kept with its result, and reaches the person with that.
/// </summary>
internal sealed class RunTempData(ITempDataProvider posts, TempDataSerializer serializer) : ITempDataProvider
{
    private byte[]? _before;
    private byte[]? _after;

    /// <summary>The changes of the run; null if it left all as it was.</summary>
    public RecordedTempData? Changes => _before.AsSpan().SequenceEqual(_after) ? null : new RecordedTempData(_before, _after);

    /// <summary>Has everything in the run read and leave TempData here.</summary>
    public static RunTempData Begin(HttpContext context)
    {
        var services = context.RequestServices;
        var tempData = new RunTempData(services.GetRequiredService<ITempDataProvider>(), services.GetRequiredService<TempDataSerializer>());

        // It stays with the request, where the application's own factory finds it.
        _ = new TempDataDictionaryFactory(tempData).GetTempData(context);
        return tempData;
    }

    public IDictionary<string, object> LoadTempData(HttpContext context)
    {
        var values = posts.LoadTempData(context);
        _before = _after = Write(values);
        return values;
    }

    public void SaveTempData(HttpContext context, IDictionary<string, object> values) => _after = Write(values);

    /// <summary>Null where there is nothing. A provider of the application's own may say so with null.</summary>
    private byte[]? Write(IDictionary<string, object>? values) => values is { Count: > 0 } ? serializer.Serialize(values) : null;
}
