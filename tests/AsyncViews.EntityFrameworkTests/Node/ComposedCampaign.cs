using System.Diagnostics;
using System.Globalization;
using AsyncViews.EntityFrameworkTests.Support;

namespace AsyncViews.EntityFrameworkTests.Node;

/// <summary>
/// Starts one composition after the other, each at a site that kills itself one step later, until one of them comes through. In the
/// end, all that were accepted are whole and have the results of all their parts.
/// </summary>
internal sealed class ComposedCampaign(DatabaseKind kind, string connectionString) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _client = new();
    private readonly HashSet<int> _acknowledged = [];

    /// <returns>The number of kills.</returns>
    public async Task<int> RunAsync()
    {
        for (var step = 1; ; step++)
        {
            await using var site = await StartAsync(killAt: step);
            try
            {
                using var answer = await _client.PostAsync(AddressOf(site, step), null);
                answer.EnsureSuccessStatusCode();
                _acknowledged.Add(step);
                await EndedAsync(site, step);
                for (var number = 1; number <= step; number++)
                    Verify(number, await EndedAsync(site, number));
                return step - 1;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // It is dead. The next one goes on with what it has left.
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private Task<SiteProcess> StartAsync(int killAt) =>
        SiteProcess.StartAsync(typeof(Program).Assembly.Location, Program.ComposeCommand, kind.ToString(), connectionString, killAt.ToString(CultureInfo.InvariantCulture));

    private static Uri AddressOf(SiteProcess site, int number) => new(string.Create(CultureInfo.InvariantCulture, $"{site.Address}/compositions/{number}"));

    private async Task<Composition> EndedAsync(SiteProcess site, int number)
    {
        for (var began = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var composition = (await _client.GetFromJsonAsync<Composition>(AddressOf(site, number)))!;
            if (composition.Group is null or { IsEnded: true })
                return composition;
            began.Elapsed.ShouldBeLessThan(Patience, $"composition {number} has not ended: {composition}");
        }
    }

    private void Verify(int number, Composition composition)
    {
        if (composition.Group is null)
        {
            _acknowledged.ShouldNotContain(number, "it was acknowledged and is lost");
            composition.Result.ShouldBeNull();
            return;
        }

        (composition.Group.Total, composition.Group.Succeeded).ShouldBe((ComposedSite.Members, ComposedSite.Members), $"composition {number}");
        composition.Result.ShouldBe($"{number}.0 {number}.1");
    }
}
