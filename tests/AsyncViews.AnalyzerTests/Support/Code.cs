using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace AsyncViews.AnalyzerTests.Support;

/// <summary>Code as an application has it, compiled against ASP.NET Core and the library.</summary>
internal static class Code
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.Extensions.DependencyInjection;
        """;

    /// <summary>The folder of the sources.</summary>
    public static string Repository { get; } = typeof(Code).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    /// <summary>Everything that this test itself runs with.</summary>
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => !Path.GetFileName(file).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith("AsyncViews.A", StringComparison.Ordinal))
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    /// <summary>Checks that the analyzer reports exactly what is marked: {|AVW001:…|}.</summary>
    /// <param name="source">The project's source.</param>
    /// <param name="otherProject">The source of a project that it refers to; null for none.</param>
    /// <param name="implicitUsings">Whether the project has them.</param>
    public static Task ShouldBeJudgedAsync<TAnalyzer>(string source, string? otherProject = null, bool implicitUsings = true)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new FixTest<TAnalyzer, EmptyCodeFixProvider> { TestCode = source };
        if (implicitUsings)
            test.TestState.Sources.Add(("Usings.cs", Usings));
        if (otherProject is not null)
        {
            var project = test.TestState.AdditionalProjects["Other"];
            project.Sources.Add(otherProject);
            project.AdditionalReferences.AddRange(References);
            test.TestState.AdditionalProjectReferences.Add("Other");
        }

        return test.RunAsync();
    }

    /// <summary>Checks that it is, and how it reads after the fix.</summary>
    public static Task ShouldBeFixedAsync<TAnalyzer, TFix>(string source, string expected, bool implicitUsings = true, string? other = null, string? otherExpected = null)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new FixTest<TAnalyzer, TFix> { TestCode = source, FixedCode = expected, CodeFixTestBehaviors = CodeFixTestBehaviors.FixOne };
        if (other is not null)
        {
            test.TestState.Sources.Add(other);
            test.FixedState.Sources.Add(otherExpected!);
        }

        if (implicitUsings)
        {
            test.TestState.Sources.Add(("Usings.cs", Usings));
            test.FixedState.Sources.Add(("Usings.cs", Usings));
        }

        return test.RunAsync();
    }

    /// <summary>Checks that it is, and that no fix is offered.</summary>
    public static Task ShouldHaveNoFixAsync<TAnalyzer, TFix>(string source)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new FixTest<TAnalyzer, TFix> { TestCode = source, FixedCode = source, CodeActionVerifier = (action, verifier) => verifier.Fail(action.Title) };
        return test.RunAsync();
    }

    private static Solution Prepare(Solution solution, ProjectId project)
    {
        var options = (CSharpCompilationOptions)solution.GetProject(project)!.CompilationOptions!;
        return solution.AddMetadataReferences(project, References)
            .WithProjectCompilationOptions(project, options.WithNullableContextOptions(NullableContextOptions.Enable))
            .WithProjectParseOptions(project, CSharpParseOptions.Default);
    }

    private sealed class FixTest<TAnalyzer, TFix> : CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        public FixTest()
        {
            ReferenceAssemblies = new ReferenceAssemblies("net10.0");
            TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck;
            SolutionTransforms.Add(Prepare);
        }
    }
}
