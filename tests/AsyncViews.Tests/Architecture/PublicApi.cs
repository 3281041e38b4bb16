using System.Reflection;
using System.Text;

namespace AsyncViews.Tests.Architecture;

/// <summary>The public types and members of an assembly as text, in a stable order.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Write(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var group in assembly.GetExportedTypes().Where(type => !IsGenerated(type)).GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append($"namespace {group.Key}\n");
            foreach (var type in group.OrderBy(type => type.Name, StringComparer.Ordinal))
                WriteType(text, type);
        }

        return text.ToString();
    }

    private static void WriteType(StringBuilder text, Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var bases = new[] { type.BaseType }.Where(parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            .Concat(type.GetInterfaces().OrderBy(NameOf, StringComparer.Ordinal)).Select(parent => NameOf(parent!)).ToArray();
        var inherits = type.IsEnum || bases.Length == 0 ? "" : $" : {string.Join(", ", bases)}";
        text.Append($"  {kind} {NameOf(type)}{inherits}\n");
        foreach (var member in type.GetMembers(Declared).Select(Describe).OfType<string>().Order(StringComparer.Ordinal))
            text.Append($"    {member}\n");
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo { IsSpecialName: false } field when IsVisible(field.Attributes) => Describe(field),
        PropertyInfo property when property.GetAccessors(true).Any(IsVisible) => Describe(property),
        EventInfo { AddMethod: { } add } happening when IsVisible(add) => $"event {NameOf(happening.EventHandlerType!)} {happening.Name}",
        ConstructorInfo constructor when IsVisible(constructor) => $"{AccessOf(constructor)}new({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_")) && !IsCompilers(method) =>
            $"{AccessOf(method)}{NameOf(method.ReturnType)} {method.Name}({Parameters(method)})",
        _ => null,
    };

    private static string Describe(FieldInfo field) => field.DeclaringType!.IsEnum
        ? $"{field.Name} = {field.GetRawConstantValue()}"
        : $"{(field.IsLiteral ? "const" : field.IsStatic ? "static" : "field")} {NameOf(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")}";

    private static string Describe(PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(IsVisible).Select(accessor => accessor == property.GetMethod ? "get;"
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "init;" : "set;");
        return $"{AccessOf(property.GetAccessors(true).First(IsVisible))}{NameOf(property.PropertyType)} {property.Name} {{ {string.Join(' ', accessors)} }}";
    }

    private static string AccessOf(MethodBase method)
    {
        var access = method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "";
        var kind = method.IsStatic ? "static "
            : method.DeclaringType!.IsInterface ? ""
            : method.IsAbstract ? "abstract "
            : method is MethodInfo info && info.GetBaseDefinition() != info ? "override "
            : method.IsVirtual && !method.IsFinal ? "virtual " : "";
        return access + kind;
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? (parameter.ParameterType.IsValueType ? "default" : "null")}" : "")}"));

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
            return $"ref {NameOf(type.GetElementType()!)}";
        if (type.IsArray)
            return $"{NameOf(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return $"{NameOf(inner)}?";
        if (!type.IsGenericType)
            return type.Name;
        return $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldAttributes field) => (field & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    /// <summary>What every record has.</summary>
    private static bool IsCompilers(MethodInfo method) =>
        method.Name is "<Clone>$" or "PrintMembers" or "Deconstruct" or "GetHashCode" or "Equals" or "op_Equality" or "op_Inequality";

    /// <summary>Compiled views are public, and nobody's to use.</summary>
    private static bool IsGenerated(Type type) => type.Namespace == "AspNetCoreGeneratedDocument" || type.Name.Contains('<');
}
