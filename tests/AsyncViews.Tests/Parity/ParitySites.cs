using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace AsyncViews.Tests.Parity;

/// <summary>The sites of the twins. Both twins stand at the same address, each on a site of its own.</summary>
public sealed class ParitySites : IAsyncDisposable
{
    private readonly Lazy<Task<Site>> _async = new(() => StartAsync("Async", null));
    private readonly Lazy<Task<Site>> _plain = new(() => StartAsync("Plain", null));

    internal Task<Site> OfAsync(string twin) => twin == "Async" ? _async.Value : _plain.Value;

    internal static Task<Site> StartAsync(string twin, Action<SiteSetup>? configure) => Site.StartAsync(setup =>
    {
        configure?.Invoke(setup);
        var own = setup.Pages;
        setup.Pages = options =>
        {
            own?.Invoke(options);
            foreach (var one in new[] { "Async", "Plain" })
                options.Conventions.AddPageRouteModelConvention($"/Parity/{one}", page => Place(page, one == twin));
        };
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var site in new[] { _async, _plain }.Where(site => site.IsValueCreated))
            await (await site.Value).DisposeAsync();
    }

    private static void Place(PageRouteModel page, bool stands)
    {
        page.Selectors.Clear();
        if (stands)
            page.Selectors.Add(new SelectorModel { AttributeRouteModel = new AttributeRouteModel { Template = "parity/{id?}" } });
    }
}
