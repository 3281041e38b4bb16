using System.Collections.Concurrent;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The waiting page for those who use no mouse, want no motion, or listen to it.</summary>
public sealed class ManualUseTests(BrowserFixture browser, SampleFixture sample) : BrowserTest(browser)
{
    /// <summary>The element that has the focus, and its visible mark.</summary>
    private const string Focused = """
        () => {
          const style = getComputedStyle(document.activeElement);
          const isVisible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && document.activeElement.checkVisibility();
          return `${document.activeElement.textContent.trim()}${isVisible ? "" : ", not seen"}`;
        }
        """;

    private const string Listen = """
        addEventListener("DOMContentLoaded", () => {
          const status = document.getElementById("av-status");
          if (status)
            new MutationObserver(() => announced(status.isConnected ? (status.querySelector(".av-announced") ?? status).textContent.trim() : "(lost)"))
              .observe(status, { childList: true, characterData: true, subtree: true });
        });
        """;

    [Theory]
    [InlineData("running-measured", "Cancel", "Stop updating automatically", "Notify me when it is done", "My processes")]
    [InlineData("updates-turned-off", "Cancel", "Check now", "Update automatically", "My processes")]
    [InlineData("failed", "Send again", "Back to the form", "My processes")]
    [InlineData("interrupted", "Send again", "Back to the form", "My processes")]
    [InlineData("ready", "Download the file", "Back to the form", "My processes")]
    public async Task TabKey_OnAPage_ReachesEveryActionInItsOrderVisibly(string state, params string[] actions)
    {
        await using var stage = new Stage(address => VisitAsync(address), sample.Address);
        await PageState.Named(state).ReachAsync(stage);
        await stage.Page.EvaluateAsync("document.activeElement.blur()");

        var reached = new List<string>();
        foreach (var _ in actions)
        {
            await stage.Page.Keyboard.PressAsync("Tab");
            reached.Add(await stage.Page.EvaluateAsync<string>(Focused));
        }

        reached.ShouldBe(actions);
        (await stage.Page.Locator(".av-page").Locator("a:visible, button:visible").CountAsync()).ShouldBe(actions.Length, "there are no others");
    }

    [Fact]
    public async Task Work_StartedAndCanceledByKeyboard_NeedsNoMouse()
    {
        await using var stage = new Stage(address => VisitAsync(address), sample.Address);
        var form = await stage.OpenAsync();
        await form.Name.FocusAsync();
        await stage.Page.Keyboard.TypeAsync("Ada");
        await stage.Page.Keyboard.PressAsync("Enter");
        await stage.Work.StartedAsync();
        await stage.IsHeadedAsync("Work");
        await Expect(stage.Page.Locator("#av-poll")).ToBeVisibleAsync();

        await stage.Page.Keyboard.PressAsync("Tab");
        foreach (var percent in (int[])[10, 20, 30])
        {
            await stage.Work.ReportAsync(percent, $"Step {percent}");
            await Expect(stage.Page.Locator("#av-poll bdi")).ToHaveTextAsync($"Step {percent}");
            (await stage.Page.EvaluateAsync<string>(Focused)).ShouldBe("Cancel");
        }

        await stage.Page.Keyboard.PressAsync("Space");
        await stage.IsHeadedAsync("Canceled");
    }

    [Theory, InlineData(ReducedMotion.Reduce, 0), InlineData(ReducedMotion.NoPreference, 1)]
    public async Task Motion_IsWhatThePersonWants(ReducedMotion wanted, int moving)
    {
        await using var stage = new Stage(address => VisitAsync(address), sample.Address);
        var waiting = await stage.StartAsync();

        await stage.Page.EmulateMediaAsync(new() { ReducedMotion = wanted });

        await Expect(waiting.Spinner).ToBeVisibleAsync();
        (await stage.Page.EvaluateAsync<int>("document.getAnimations().length")).ShouldBe(moving);
    }

    [Fact]
    public async Task Announcements_WhileEveryPercentIsReported_AreOfQuartersOnly()
    {
        await using var stage = new Stage(address => VisitAsync(address), sample.Address);
        var waiting = await stage.StartAsync();
        var announced = new ConcurrentQueue<string>();
        await stage.Page.ExposeFunctionAsync("announced", (string text) => announced.Enqueue(text));
        await stage.Page.AddInitScriptAsync(Listen);
        await stage.Visitor.ReloadAsync();
        await Expect(waiting.Status).ToHaveTextAsync("In progress");

        for (var percent = 1; percent <= 99; percent++)
        {
            await stage.Work.ReportAsync(percent, $"Row {percent}");
            if (percent % 5 == 0)
                await waiting.ShowsAsync(percent, $"Row {percent}");
        }

        await waiting.ShowsAsync(99, "Row 99");
        announced.ShouldBe(["A quarter is done.", "Half is done.", "Three quarters are done."]);
        stage.Work.Finish();
        await Expect(stage.Page.Locator("#outcome")).ToBeVisibleAsync();
    }
}
