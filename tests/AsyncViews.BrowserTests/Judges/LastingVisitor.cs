using System.Globalization;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>
/// One page of a browser for all states, at an address that stays the same. In another one axe would be compiled anew, which
/// takes longer than its judging.
/// </summary>
public sealed class LastingVisitor(BrowserFixture browser) : IAsyncLifetime
{
    private Visitor? _visitor;

    /// <summary>Where the sites of the states are, one after the other.</summary>
    public string Port { get; } = FreePort.Take().ToString(CultureInfo.InvariantCulture);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<Visitor> ComeAsync(string address, bool script, int width)
    {
        _visitor ??= await Visitor.ComeAsync(browser.Browser, address, script, width);
        await _visitor.StartOverAsync();
        await _visitor.Page.SetViewportSizeAsync(width, 900);
        await _visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ForcedColors = ForcedColors.None });
        return _visitor;
    }

    public Task RecordAsync(string record) => _visitor?.RecordAsync(record) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_visitor is not null)
            await _visitor.LeaveAsync(null);
    }
}
