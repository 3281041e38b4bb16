using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AsyncViews.Jobs;

/// <summary>A job's arguments as JSON. Nothing of them is dropped, and nothing is made up: what does not fit is refused, with the member's name.</summary>
internal static class JobArguments
{
    /// <summary>The case of a member's name does not matter, since people type arguments, too.</summary>
    private static readonly JsonSerializerOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        IncludeFields = true,
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireParametersOfStruct, RefuseDerived } },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The options for results, which other types may read in part.</summary>
    public static readonly JsonSerializerOptions OfResults = new()
    {
        IncludeFields = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseDerived } },
    };

    private static readonly EqualArguments Equal = new(Strict);

    /// <exception cref="Exception">They do not fit the type: see <see cref="IsMisfit"/>.</exception>
    public static object Parse(string json, Type type)
    {
        var args = JsonSerializer.Deserialize(json, type, Strict) ?? throw new JsonException("null is not an argument.");

        // Only writing finds null in a property that was not there to be read.
        JsonSerializer.Serialize(Stream.Null, args, type, Strict);
        return args;
    }

    /// <summary>The arguments as they are stored.</summary>
    /// <exception cref="Exception">They are not the same after reading: see <see cref="IsMisfit"/>.</exception>
    public static byte[] Write(object args, Type type)
    {
        var written = JsonSerializer.SerializeToUtf8Bytes(args, type, Strict);
        var again = JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(written, type, Strict), type, Strict);
        if (!again.AsSpan().SequenceEqual(written))
        {
            using var before = JsonDocument.Parse(Equal.Write(written, type));
            using var after = JsonDocument.Parse(Equal.Write(again, type));
            if (FindDifference(before.RootElement, after.RootElement, "$") is { } path)
                throw new JsonException($"The value of {path} is not the same after it was written and read.");
        }

        return written;
    }

    /// <summary>Reads stored arguments, which an earlier version of the type may have written.</summary>
    /// <exception cref="Exception">It does not fit the type: see <see cref="IsMisfit"/>.</exception>
    public static async Task<T> ReadAsync<T>(Stream json, CancellationToken cancellationToken)
    {
        var args = await JsonSerializer.DeserializeAsync<T>(json, Strict, cancellationToken) ?? throw new JsonException("null is not an argument.");
        await JsonSerializer.SerializeAsync(Stream.Null, args, Strict, cancellationToken);
        return args;
    }

    /// <summary>Returns whether this says that JSON and type do not fit.</summary>
    public static bool IsMisfit(Exception exception) => exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException;

    /// <summary>Returns what equal arguments have in common.</summary>
    public static string Normalize(byte[] json, Type type) => Equal.Write(json, type);

    /// <summary>A struct is read without its constructor: a parameter that is missing would be zero or null, whatever its default.</summary>
    private static void RequireParametersOfStruct(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || !type.Type.IsValueType)
            return;

        var parameters = type.Type.GetConstructors().Select(constructor => constructor.GetParameters()).MaxBy(parameters => parameters.Length) ?? [];
        var names = parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.Properties.Where(property => property is { Set: not null, AssociatedParameter: null }))
            property.IsRequired |= names.Contains((property.AttributeProvider as MemberInfo)?.Name);
    }

    /// <summary>Refuses an object of a derived type: only the members of the declared type would be written, unless that names its derived types.</summary>
    private static void RefuseDerived(JsonTypeInfo declared)
    {
        if (declared.Kind != JsonTypeInfoKind.Object || declared.Type.IsSealed)
            return;

        var before = declared.OnSerializing;
        declared.OnSerializing = value =>
        {
            if (value.GetType() is var actual && actual != declared.Type && declared.PolymorphismOptions is null)
                throw new NotSupportedException($"A {actual.Name} would be written as {declared.Type.Name}, without its own members. Give {declared.Type.Name} the attribute [JsonDerivedType(typeof({actual.Name}), \"its-name\")], or declare the member as {actual.Name}.");

            before?.Invoke(value);
        };
    }

    /// <summary>The path of the first value that differs; null where none does.</summary>
    private static string? FindDifference(JsonElement before, JsonElement after, string path)
    {
        if (JsonElement.DeepEquals(before, after))
            return null;

        return before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object
            ? before.EnumerateObject().Select(member => FindDifference(member, after, path)).FirstOrDefault(found => found is not null) ?? path
            : path;
    }

    private static string? FindDifference(JsonProperty member, JsonElement after, string path) =>
        after.TryGetProperty(member.Name, out var value) ? FindDifference(member.Value, value, $"{path}.{member.Name}") : $"{path}.{member.Name}";
}
