using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Mvc.ViewFeatures.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Results;

/// <summary>The changes of a run to TempData, to be made when the result is served.</summary>
/// <param name="Before">TempData of the POST; null where there was none.</param>
/// <param name="After">TempData that the run left for the next page; null where it left none.</param>
internal sealed record RecordedTempData(byte[]? Before, byte[]? After)
{
    /// <summary>Leaves what the run left. Whatever else has come into TempData since the POST stays.</summary>
    public void Leave(HttpContext context)
    {
        var serializer = context.RequestServices.GetRequiredService<TempDataSerializer>();
        var before = Read(Before);
        var after = Read(After);
        var data = context.RequestServices.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(context);
        foreach (var (key, value) in after)
        {
            if (!before.TryGetValue(key, out var old) || !AreSame(old, value))
                data[key] = value;
        }

        foreach (var (key, value) in before)
        {
            if (!after.ContainsKey(key) && AreSame(data.Peek(key), value))
                data.Remove(key);
        }

        data.Save();

        IDictionary<string, object?> Read(byte[]? bytes) => bytes is null ? new Dictionary<string, object?>() : serializer.Deserialize(bytes)!;

        bool AreSame(object? one, object? other) => Write(one).AsSpan().SequenceEqual(Write(other));

        byte[] Write(object? value) => serializer.Serialize(new Dictionary<string, object> { [""] = value! });
    }
}
