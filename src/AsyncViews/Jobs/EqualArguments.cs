using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AsyncViews.Jobs;

/// <summary>
/// Writes what equal arguments have in common: the order in which a dictionary or a set was filled makes no difference, that
/// of a list does.
/// </summary>
internal sealed class EqualArguments(JsonSerializerOptions options)
{
    public string Write(byte[] json, Type type)
    {
        using var document = JsonDocument.Parse(json);
        return Write(document.RootElement, type);
    }

    private string Write(JsonElement element, Type? type)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written))
            Write(element, type, writer);
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    /// <param name="element">What is written.</param>
    /// <param name="type">The type that it was; null where nobody knows it.</param>
    /// <param name="writer">Where it is written to.</param>
    private void Write(JsonElement element, Type? type, Utf8JsonWriter writer)
    {
        var info = InfoOf(element, type);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, TypeOf(member, info), writer);
                }

                writer.WriteEndObject();
                break;

            case JsonValueKind.Array:
                writer.WriteStartArray();
                if (info is { Kind: JsonTypeInfoKind.Enumerable } && IsSet(info.Type))
                {
                    foreach (var item in element.EnumerateArray().Select(item => Write(item, info.ElementType)).Order(StringComparer.Ordinal))
                        writer.WriteRawValue(item, skipInputValidation: true);
                }
                else
                {
                    foreach (var item in element.EnumerateArray())
                        Write(item, info?.ElementType, writer);
                }

                writer.WriteEndArray();
                break;

            default:
                element.WriteTo(writer);
                break;
        }
    }

    private JsonTypeInfo? InfoOf(JsonElement element, Type? type)
    {
        if (type is null || element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            return null;

        var info = options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        return DerivedType(element, info) is { } derived && derived != info.Type ? options.GetTypeInfo(derived) : info;
    }

    /// <summary>The type that the JSON names; null where it names none.</summary>
    private static Type? DerivedType(JsonElement element, JsonTypeInfo info) =>
        info.PolymorphismOptions is { } polymorphism && element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(polymorphism.TypeDiscriminatorPropertyName, out var name)
            ? polymorphism.DerivedTypes.FirstOrDefault(derived => derived.TypeDiscriminator?.ToString() == name.ToString()).DerivedType
            : null;

    private static Type? TypeOf(JsonProperty member, JsonTypeInfo? info) => info?.Kind switch
    {
        JsonTypeInfoKind.Object => info.Properties.FirstOrDefault(property => property.Name == member.Name)?.PropertyType,
        JsonTypeInfoKind.Dictionary => info.ElementType,
        _ => null,
    };

    private static bool IsSet(Type type) => type.GetInterfaces().Append(type).Any(one =>
        one.IsGenericType && (one.GetGenericTypeDefinition() == typeof(ISet<>) || one.GetGenericTypeDefinition() == typeof(IReadOnlySet<>)));
}
