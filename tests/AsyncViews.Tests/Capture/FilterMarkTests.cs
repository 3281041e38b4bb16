using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.Capture;

/// <summary>A filter that belongs to the submission only, or to the run only, is left out of the other.</summary>
public class FilterMarkTests
{
    public static TheoryData<string, string> Filters => new()
    {
        { "none", "submission, run" },
        { nameof(MarkedSubmissionFilter), "submission" },
        { nameof(MarkedRunFilter), "run" },
        { nameof(NamedOnPageFilter), "submission" },
        { nameof(NamedRunFilter), "run" },
        { nameof(FilterFactory), "submission" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Filter_OfThePage_IsAskedWhereItBelongs(string name, string expected)
    {
        List<string> passes = [];
        await using var site = await Site.StartAsync(setup =>
            setup.Pages = pages => pages.Conventions.AddPageApplicationModelConvention("/Judged", page => page.Filters.Add(Create(name, passes))));

        await SubmitAsync(site, "/Judged", passes, expected);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Filter_OfTheApplication_IsAskedWhereItBelongs(string name, string expected)
    {
        List<string> passes = [];
        await using var site = await Site.StartAsync(setup =>
            setup.Services = services => services.Configure<MvcOptions>(options => options.Filters.Add(Create(name, passes))));

        await SubmitAsync(site, "/Judged", passes, expected);
    }

    [Fact]
    public async Task Filter_OfTheApplication_IsAskedInEveryOtherRequest()
    {
        List<string> passes = [];
        await using var site = await Site.StartAsync(setup => setup.Services = services => services.Configure<MvcOptions>(options =>
        {
            options.Filters.Add(Create(nameof(MarkedSubmissionFilter), passes));
            options.Filters.Add(Create(nameof(MarkedRunFilter), passes));
        }));
        using var browser = site.Browse();

        await browser.PostAsync("/Others?handler=Delete", Browser.Form(("name", "x"), await browser.TokenFieldAsync("/Others")));

        passes.ShouldBe(["submission", "submission"]);
    }

    /// <summary>The waiting page is a handler of the page, and what a person or a script asks of the process is not.</summary>
    [Fact]
    public async Task Filter_OfThePage_IsAskedForTheLiveWaitingPageOnly()
    {
        List<string?> asked = [];
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Services = services => services.Configure<MvcOptions>(options => options.Filters.Add(new HandlerNotes(asked))));
        using var token = Browser.Form(await run.Browser.TokenFieldAsync("/Work"));
        asked.Clear();

        await run.Browser.OpenAsync(run.Submitted.Processing);
        asked.ShouldBe(["OnGetProcessing"]);
        using var poll = await run.PollAsync(run.Submitted.Completed);
        using var early = await run.Browser.GetAsync(run.Submitted.Result);
        using var cancel = await run.Browser.SendAsync(HttpMethod.Post, run.Submitted.Cancel, token);
        await run.Submitted.EndAsync();
        using var ended = await run.Browser.GetAsync(run.Submitted.Processing);
        using var result = await run.Browser.GetAsync(run.Submitted.Result);

        asked.Where(handler => handler is not null).ShouldBe(["OnGetProcessing"]);
    }

    [Fact]
    public async Task ValidationAttribute_WithAMark_IsAskedWhereItBelongs()
    {
        List<string> asked = [];
        await using var site = await Site.StartAsync(setup => setup.Services = services => services.AddSingleton(asked));
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Redeemed", ("Voucher", "x"))).EndAsync()).ShouldBe("succeeded");

        asked.ShouldBe(
            ["UnmarkedAttribute submission", "RedeemedAttribute submission", "NamedAttribute submission", "UnmarkedAttribute run", "LateAttribute run"], ignoreOrder: true);
    }

    private static async Task SubmitAsync(Site site, string path, List<string> passes, string expected)
    {
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync(path);

        (await submitted.EndAsync()).ShouldBe("succeeded");
        string.Join(", ", passes).ShouldBe(expected);
    }

    /// <summary>Notes every handler that it is asked for, those of runs too.</summary>
    private sealed class HandlerNotes(List<string?> asked) : IAsyncPageFilter
    {
        public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

        public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
        {
            asked.Add(context.HandlerMethod?.MethodInfo.Name);
            return next();
        }
    }

    private static IFilterMetadata Create(string name, List<string> passes)
    {
        return name switch
        {
            nameof(MarkedSubmissionFilter) => new MarkedSubmissionFilter(Add),
            nameof(MarkedRunFilter) => new MarkedRunFilter(Add),
            nameof(NamedOnPageFilter) => new NamedOnPageFilter(Add),
            nameof(NamedRunFilter) => new NamedRunFilter(Add),
            nameof(FilterFactory) => new FilterFactory(new CountingFilter(Add)),
            _ => new CountingFilter(Add),
        };

        void Add(PageHandlerExecutingContext context, int call) =>
            passes.Add(context.HttpContext.Features.Get<ProcessContext>() is null ? "submission" : "run");
    }
}
