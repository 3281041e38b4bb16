using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;
using AsyncViews.CodeFixes;

namespace AsyncViews.AnalyzerTests;

/// <summary>A run's token goes to the calls that take one and are to be canceled with the run, and the fix leaves code that compiles.</summary>
public sealed class TokenFlowTests
{
    private const string RunAsync = "protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)";

    /// <summary>An action that follows the commit or the response is not canceled with the run. A stream may get its token in another way. A task of another type would not compile.</summary>
    [Theory]
    [InlineData("transaction.AfterCommit(() => WorkAsync(1));")]
    [InlineData("transaction.AfterCommit(async () => { await WorkAsync(1); });")]
    [InlineData("transaction.AfterCommit(async delegate { await Task.WhenAll(Enumerable.Range(1, 2).Select(number => WorkAsync(number))); });")]
    [InlineData("Task NotifyAsync() => WorkAsync(1); transaction.AfterCommit(NotifyAsync);")]
    [InlineData("Response.OnCompleted(() => WorkAsync(1));")]
    [InlineData("Response.OnCompleted(async state => await WorkAsync(1), reader);")]
    [InlineData("await foreach (var number in NumbersAsync().WithCancellation(cancellationToken)) { }")]
    [InlineData("await foreach (var number in NumbersAsync().WithCancellation(cancellationToken).ConfigureAwait(false)) { }")]
    [InlineData("await foreach (var number in NumbersAsync().ConfigureAwait(false).WithCancellation(cancellationToken)) { }")]
    [InlineData("Task<string?> line = reader.ReadLineAsync(); await line;")]
    [InlineData("await Task.WhenAny(reader.ReadLineAsync());")]
    [InlineData("await reader.ReadLineAsync().WaitAsync(cancellationToken);")]
    [InlineData("await reader.ReadLineAsync().ConfigureAwait(ConfigureAwaitOptions.None);")]
    [InlineData("await new Twice().CountAsync();")]
    public Task Call_ThatIsToHaveNoToken_IsLeftAlone(string code) => Code.ShouldBeJudgedAsync<RunAnalyzer>(Page(RunAsync, code));

    [Theory]
    [InlineData("transaction.AfterCommit(await {|AVW105:ActionAsync()|});", "transaction.AfterCommit(await ActionAsync(cancellationToken));")]
    [InlineData("Response.OnStarting(() => {|AVW105:WorkAsync(1)|});", "Response.OnStarting(() => WorkAsync(1, cancellationToken));")]
    [InlineData("await foreach (var number in {|AVW105:NumbersAsync()|}) { }", "await foreach (var number in NumbersAsync(cancellationToken)) { }")]
    [InlineData("await {|AVW105:reader.ReadLineAsync()|};", "await reader.ReadLineAsync(cancellationToken);")]
    [InlineData("await {|AVW105:reader.ReadLineAsync()|}.ConfigureAwait(false);", "await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);")]
    [InlineData("await {|AVW105:reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5))|};", "await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);")]
    [InlineData(
        "await {|AVW105:Parallel.ForEachAsync(new[] { 1 }, async (row, stop) => await Task.Delay(row, stop))|};",
        "await Parallel.ForEachAsync(new[] { 1 }, cancellationToken, async (row, stop) => await Task.Delay(row, stop));")]
    [InlineData(
        "await {|AVW105:Parallel.ForEachAsync(\n                    new[] { 1 },\n                    async (row, stop) => await Task.Delay(row, stop))|};",
        "await Parallel.ForEachAsync(\n                    new[] { 1 },\n                    cancellationToken, async (row, stop) => await Task.Delay(row, stop));")]
    [InlineData("await {|AVW105:new[] { 1 }.EachAsync(row => Task.CompletedTask)|};", "await new[] { 1 }.EachAsync(cancellationToken, row => Task.CompletedTask);")]
    [InlineData("await {|AVW105:Rows.SumAsync(1)|};", "await Rows.SumAsync(cancellationToken, 1);")]
    [InlineData("await {|AVW105:Rows.EachAsync([1], row => Task.CompletedTask)|};", "await Rows.EachAsync([1], cancellationToken, row => Task.CompletedTask);")]
    [InlineData(
        "await {|AVW105:Rows.EachAsync(work: row => Task.CompletedTask, rows: [1])|};",
        "await Rows.EachAsync(work: row => Task.CompletedTask, rows: [1], cancellationToken: cancellationToken);")]
    public Task Call_ThatTakesAToken_GetsItByTheFix(string code, string expected) => Code.ShouldBeFixedAsync<RunAnalyzer, TokenFix>(Page(RunAsync, code), Page(RunAsync, expected));

    /// <summary>The name of the token alone would not compile there.</summary>
    [Theory]
    [InlineData("accessor.HttpContext?{|AVW103:.RequestAborted|}.ThrowIfCancellationRequested();")]
    [InlineData("var stop = accessor?{|AVW103:.HttpContext!.RequestAborted|} ?? CancellationToken.None;")]
    [InlineData("HttpContext[]? contexts = null; var stop = contexts?{|AVW103:[0].RequestAborted|} ?? CancellationToken.None;")]
    [InlineData("static CancellationToken Of(HttpContext context) => {|AVW103:context.RequestAborted|}; Of(HttpContext);")]
    [InlineData("Func<HttpContext, CancellationToken> of = static context => {|AVW103:context.RequestAborted|}; of(HttpContext);")]
    public Task RequestAborted_WhereTheTokenCannotStand_HasNoFix(string code) => Code.ShouldHaveNoFixAsync<RunAnalyzer, TokenFix>("""
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Http;

        """ + Page(RunAsync, code));

    [Fact]
    public Task Token_IsPassedOnByTheFix() => Code.ShouldBeFixedAsync<RunAnalyzer, TokenFix>(
        Page("protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken stop)", """
            await {|AVW105:System.IO.File.WriteAllTextAsync("a", "b")|};
            """),
        Page("protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken stop)", """
            await System.IO.File.WriteAllTextAsync("a", "b", stop);
            """));

    [Fact]
    public Task RequestAborted_IsReplacedByTheFix() => Code.ShouldBeFixedAsync<RunAnalyzer, TokenFix>(
        Page(RunAsync, "await Task.Delay(1, {|AVW103:HttpContext.RequestAborted|});"),
        Page(RunAsync, "await Task.Delay(1, cancellationToken);"));

    [Fact]
    public Task RequestAborted_WhereTheRunHasNoOtherToken_IsLeftAlone() =>
        Code.ShouldBeJudgedAsync<RunAnalyzer>(Page("[AsyncHandler] public async Task<IActionResult> OnPostAsync(int id)", "await Task.Delay(1, HttpContext.RequestAborted);"));

    /// <summary>The keys are a list of arguments, behind which nothing can stand.</summary>
    [Theory]
    [InlineData("{|AVW105:shop.Set<string>().FindAsync(1)|}", "shop.Set<string>().FindAsync([1], cancellationToken)")]
    [InlineData("{|AVW105:shop.FindAsync<string>(1, \"a\")|}", "shop.FindAsync<string>([1, \"a\"], cancellationToken)")]
    [InlineData("{|AVW105:shop.FindAsync<string>(1, cancellationToken)|}", "shop.FindAsync<string>([1], cancellationToken)")]
    [InlineData("{|AVW105:shop.FindAsync(typeof(string), 1, 2)|}", "shop.FindAsync(typeof(string), [1, 2], cancellationToken)")]
    [InlineData("{|AVW105:shop.FindAsync(typeof(string))|}", "shop.FindAsync(typeof(string), [], cancellationToken)")]
    [InlineData("{|AVW105:shop.FindAsync<string>(keys)|}", "shop.FindAsync<string>(keys, cancellationToken)")]
    public Task Token_BehindKeys_IsPassedOnByTheFix(string call, string expected)
    {
        return Code.ShouldBeFixedAsync<RunAnalyzer, TokenFix>(Work(call), Work(expected));

        static string Work(string call) => Page(
            RunAsync,
            $"Microsoft.EntityFrameworkCore.DbContext shop = null!; object[] keys = [1]; await {call};");
    }

    private static string Page(string handler, string code) => $$"""
        using System.Runtime.CompilerServices;
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc;

        public class WorkModel(ProcessTransaction transaction, System.IO.StreamReader reader, IHttpContextAccessor accessor) : AsyncPageModel
        {
            {{handler}}
            {
                {{code}}
                await Task.Yield();
                return Page();
            }

            private static async IAsyncEnumerable<int> NumbersAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                await Task.Yield();
                yield return 1;
            }

            private Task<Func<Task>> ActionAsync(CancellationToken cancellationToken = default) => null!;

            private Task WorkAsync(int number, CancellationToken cancellationToken = default) => Task.CompletedTask;
        }

        public class Twice
        {
            public Task<int> CountAsync() => Task.FromResult(1);
            public Task<long> CountAsync(CancellationToken cancellationToken) => Task.FromResult(1L);
        }

        public static class Rows
        {
            public static Task SumAsync(int row) => Task.CompletedTask;
            public static Task SumAsync(CancellationToken cancellationToken, int row) => Task.CompletedTask;
            public static Task EachAsync(this int[] rows, Func<int, Task> work) => Task.CompletedTask;
            public static Task EachAsync(this int[] rows, CancellationToken cancellationToken, Func<int, Task> work) => Task.CompletedTask;
        }
        """;
}
