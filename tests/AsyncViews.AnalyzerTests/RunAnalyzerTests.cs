using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;
using AsyncViews.CodeFixes;

namespace AsyncViews.AnalyzerTests;

/// <summary>Code that works in a request and not in a run gets a warning in a run, and nowhere else.</summary>
public sealed class RunAnalyzerTests
{
    public static TheoryData<string> Warned =>
    [
        "{|AVW101:HttpContext.Session.SetString(\"step\", \"2\")|};",
        "{|AVW101:HttpContext.Session.Clear()|};",
        "var token = await {|AVW102:HttpContext.GetTokenAsync(\"access_token\")|};",
        "var found = await {|AVW102:HttpContext.AuthenticateAsync()|};",
        "await Task.Delay(1, {|AVW103:HttpContext.RequestAborted|});",
        "await Task.Delay(1, {|AVW103:Request.HttpContext.RequestAborted|});",
        "{|AVW104:_ = WorkAsync();|}",
        "{|AVW104:_ = Task.Run(() => 1);|}",
        "{|AVW104:ThreadPool.QueueUserWorkItem(_ => { })|};",
        "Action later = () => {|AVW104:WorkAsync()|}; later();",
        "new List<int> { 1 }.ForEach({|AVW104:async number => await Task.Yield()|});",
        "await {|AVW105:Task.Delay(1)|};",
        "await {|AVW105:client.GetStringAsync(\"http://localhost\")|};",
        "await {|AVW105:System.IO.File.WriteAllTextAsync(\"a\", \"b\")|};",
        "foreach (var n in new[] { 1 }) { Func<Task> work = async () => await {|AVW105:Task.Delay(n)|}; await work(); }",
    ];

    public static TheoryData<string> LeftAlone =>
    [
        "var step = HttpContext.Session.GetString(\"step\");",
        "await Task.Delay(1, cancellationToken);",
        "await Task.WhenAll(WorkAsync(), WorkAsync());",
        "var task = WorkAsync(); await task;",
        "var number = await Task.Run(() => 1);",
        "_ = 1;",
        "await HttpContext.AuthenticateAsync(\"Cookies\");",
        "try { } finally { await Task.Delay(1); }",
        "await Task.Delay(1, CancellationToken.None);",
        "Func<CancellationToken, Task> later = async stop => await Task.Delay(1); await later(cancellationToken);",
        "await Task.Yield(); new Thread(() => { }).Join();",
    ];

    [Theory, MemberData(nameof(Warned))]
    public async Task Code_ThatGoesWrongInARun_IsWarnedOf(string code)
    {
        await Code.ShouldBeJudgedAsync<RunAnalyzer>(Page("protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)", code));
        await Code.ShouldBeJudgedAsync<RunAnalyzer>(Page("[AsyncHandler] public async Task<IActionResult> OnPostAsync(int id, CancellationToken cancellationToken)", code));
    }

    [Theory, MemberData(nameof(Warned))]
    public Task Code_OfARequest_IsLeftAlone(string code)
    {
        var plain = System.Text.RegularExpressions.Regex.Replace(code, @"\{\|AVW\d+:|\|\}", "");
        return Code.ShouldBeJudgedAsync<RunAnalyzer>(Page("public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)", plain));
    }

    [Theory, MemberData(nameof(LeftAlone))]
    public Task Code_ThatIsRightInARun_IsLeftAlone(string code) =>
        Code.ShouldBeJudgedAsync<RunAnalyzer>(Page("protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)", code));

    [Fact]
    public Task Job_IsARun_AndItsOtherMethodsAreNot() => Code.ShouldBeJudgedAsync<RunAnalyzer>("""
        using AsyncViews;

        public record Order(int Number);

        public class Invoice : IJob<Order>
        {
            public async Task RunAsync(Order args, ProcessContext process, CancellationToken cancellationToken) => await {|AVW105:Task.Delay(1)|};

            public async Task OtherAsync(CancellationToken cancellationToken) => await Task.Delay(1);
        }

        public class Sum : IJob<Order, int>
        {
            async Task<int> IJob<Order, int>.RunAsync(Order args, ProcessContext process, CancellationToken stop)
            {
                await {|AVW105:Task.Delay(1)|};
                return 1;
            }
        }
        """);

    [Fact]
    public Task Registration_MadeTwice_IsAnError() => Code.ShouldBeJudgedAsync<RegistrationAnalyzer>("""
        public class Startup
        {
            public void Services(IServiceCollection services, bool large)
            {
                services.AddAsyncViews().UseSqlite();
                {|AVW008:services.AddAsyncViews().UseSqlite("other.db")|};
            }

            public void Choice(IServiceCollection services, bool large)
            {
                if (large)
                    services.AddAsyncViews().UseSqlite("large.db");
                else
                    services.AddAsyncViews().UseSqlite();
            }

            public void Pages(WebApplication app)
            {
                app.MapMyProcesses();
                app.MapJobs();
                {|AVW008:app.MapMyProcesses()|};
            }

            public void Chained(WebApplicationBuilder builder)
            {
                var processes = builder.Services.AddAsyncViews().AddJob<Letter>("letter");
                processes.UseSqlite();
                {|AVW008:processes.UseSqlite("other.db")|};
            }

            public void TwoApplications(string[] args)
            {
                var first = WebApplication.CreateBuilder(args);
                first.Services.AddAsyncViews().UseSqlite("first.db");
                var second = WebApplication.CreateBuilder(args);
                second.Services.AddAsyncViews().UseSqlite("second.db");
                WebApplication.CreateBuilder(args).Services.AddAsyncViews().UseSqlite("third.db");
                WebApplication.CreateBuilder(args).Services.AddAsyncViews().UseSqlite("fourth.db");
            }

            public void Expressions(IServiceCollection services, int size)
            {
                _ = size > 9 ? services.AddAsyncViews().UseSqlite("large.db") : services.AddAsyncViews().UseSqlite();
                _ = size switch { 0 => services.AddAsyncViews().UseSqlite("small.db"), _ => services.AddAsyncViews().UseSqlite("other.db") };
            }

            public Action[] Functions(IServiceCollection services) => [() => services.AddAsyncViews().UseSqlite("large.db"), () => services.AddAsyncViews().UseSqlite()];
        }

        public class Letter : AsyncViews.IJob<int>
        {
            public Task RunAsync(int args, AsyncViews.ProcessContext process, CancellationToken cancellationToken) => Task.CompletedTask;
        }
        """);

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
        Page("protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)", "await Task.Delay(1, {|AVW103:HttpContext.RequestAborted|});"),
        Page("protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)", "await Task.Delay(1, cancellationToken);"));

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
            "protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)",
            $"Microsoft.EntityFrameworkCore.DbContext shop = null!; object[] keys = [1]; await {call};");
    }

    private static string Page(string handler, string code) => $$"""
        using AsyncViews;
        using Microsoft.AspNetCore.Authentication;
        using Microsoft.AspNetCore.Mvc;

        public class WorkModel(HttpClient client) : AsyncPageModel
        {
            {{handler}}
            {
                {{code}}
                await Task.Yield();
                return Page();
            }

            private async Task WorkAsync() => await client.GetStringAsync("http://localhost");
        }
        """;
}
