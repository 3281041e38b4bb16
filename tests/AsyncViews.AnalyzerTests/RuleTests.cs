using System.Reflection;
using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AsyncViews.AnalyzerTests;

/// <summary>The rules as a whole.</summary>
public sealed class RuleTests
{
    private static readonly DiagnosticDescriptor[] Rules = [.. typeof(Rules).GetFields().Select(field => (DiagnosticDescriptor)field.GetValue(null)!)];

    [Fact]
    public void EachRule_HasALineInTheDocumentation()
    {
        var page = File.ReadAllText(Path.Combine(Code.Repository, "docs", "analyzer.md"));
        var fixable = InstancesOf<CodeFixProvider>(typeof(CodeFixes.HandlerFix).Assembly).SelectMany(fix => fix.FixableDiagnosticIds).ToHashSet();

        Rules.Length.ShouldBe(14);
        foreach (var rule in Rules)
            page.ShouldContain($"| {rule.Id} | {rule.DefaultSeverity.ToString().ToLowerInvariant()} | {(fixable.Contains(rule.Id) ? "yes " : "")}|", customMessage: rule.Id);
    }

    [Fact]
    public void EachRule_IsReportedByOneAnalyzer() => InstancesOf<DiagnosticAnalyzer>(typeof(PageAnalyzer).Assembly)
        .SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).ShouldBe(Rules.Select(rule => rule.Id), ignoreOrder: true);

    private static IEnumerable<T> InstancesOf<T>(Assembly assembly) =>
        assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(T))).Select(type => (T)Activator.CreateInstance(type)!);
}
