namespace AsyncViews.Tests.Scripts;

/// <summary>The sample of docs/scripts.md for .NET.</summary>
public sealed class ReportClient(HttpClient http)
{
    public async Task<string> FetchAsync(string month, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/Report") { Content = new FormUrlEncodedContent([new("Month", month)]) };
        request.Headers.Add("Prefer", "respond-async");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var accepted = await http.SendAsync(request, cancellationToken);
        accepted.EnsureSuccessStatusCode();

        while (true)
        {
            using var poll = await http.GetAsync(accepted.Headers.Location, cancellationToken);
            poll.EnsureSuccessStatusCode();
            var status = await poll.Content.ReadFromJsonAsync<Status>(cancellationToken);
            if (status!.ResourceLocation is { } result)
                return await http.GetStringAsync(result, cancellationToken);

            await Task.Delay(poll.Headers.RetryAfter!.Delta!.Value, cancellationToken);
        }
    }

    private sealed record Status(Uri? ResourceLocation);
}
