using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;

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
        "{|AVW104:new Thread(() => { }).Start()|};",
        "async void {|AVW104:Later|}() => await Task.Yield(); Later();",
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
        "var thread = new Thread(() => { }); thread.Start(); thread.Join();",
        "async Task LaterAsync() => await Task.Yield(); await LaterAsync();",
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
    public Task Handler_ThatIsAsyncVoid_IsWarnedOf() => Code.ShouldBeJudgedAsync<RunAnalyzer>("""
        using AsyncViews;

        public class WorkModel : AsyncPageModel
        {
            [AsyncHandler]
            public async void {|AVW104:OnPostExportAsync|}(int id) => await Task.Yield();

            [AsyncHandler]
            public void OnPost() { }

            public async void OnGetAsync() => await Task.Yield();
        }
        """);

    [Fact]
    public Task Type_OfTheApplicationsOwn_IsNotTheFrameworksOfItsName() => Code.ShouldBeJudgedAsync<RunAnalyzer>("""
        using AsyncViews;

        namespace Board
        {
            public class Task { public void Run() { } }
            public class Thread { public void Start() { } }
            public interface ISession { Task Set(string key); }
            public class HttpContext { public CancellationToken RequestAborted { get; set; } }
            public class List
            {
                public Task AddTask(string title) => new();
                public Task AddTask(string title, CancellationToken cancellationToken) => new();
            }

            public class WorkModel(ISession session, List list, HttpContext context) : AsyncPageModel
            {
                [AsyncHandler]
                public void OnPost(CancellationToken cancellationToken)
                {
                    list.AddTask("sweep");
                    _ = list.AddTask("mow");
                    session.Set("key");
                    new Thread().Start();
                    context.RequestAborted.ThrowIfCancellationRequested();
                }
            }
        }
        """);

    [Fact]
    public Task Job_WithABaseOfTheApplicationsOwn_IsARun() => Code.ShouldBeJudgedAsync<RunAnalyzer>("""
        using AsyncViews;

        public record Order(int Number);

        public abstract class JobBase<T> : IJob<T>
        {
            public abstract Task RunAsync(T args, ProcessContext process, CancellationToken cancellationToken);
        }

        public class Mail : JobBase<Order>
        {
            public override async Task RunAsync(Order args, ProcessContext process, CancellationToken cancellationToken) => await {|AVW105:Task.Delay(1)|};
        }

        public class Letter : IJob<Order>
        {
            public virtual async Task RunAsync(Order args, ProcessContext process, CancellationToken cancellationToken) => await {|AVW105:Task.Delay(1)|};
        }

        public class Parcel : Letter
        {
            public override async Task RunAsync(Order args, ProcessContext process, CancellationToken cancellationToken) => await {|AVW105:Task.Delay(1)|};

            public override string ToString() => "";
        }
        """);

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
