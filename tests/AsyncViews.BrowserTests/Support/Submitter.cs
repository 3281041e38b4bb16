using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AsyncViews.BrowserTests.Support;

/// <summary>A client that submits the form of a page as a script does, with cookies of its own.</summary>
public sealed partial class Submitter(HttpClient client, string page, string token) : IDisposable
{
    private int _number;

    /// <summary>The id that was acknowledged; null when there was no answer.</summary>
    public async Task<string?> SubmitAsync(int milliseconds)
    {
        try
        {
            using var answer = await PostAsync(("Milliseconds", milliseconds.ToString(CultureInfo.InvariantCulture)));
            return AcknowledgedBy(answer);
        }
        catch (Exception exception) when (SiteProcess.MayBeKilled(exception))
        {
            return null;
        }
    }

    /// <summary>The id of a submission that must be acknowledged.</summary>
    public async Task<string> SubmitAsync(params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(fields);
        return AcknowledgedBy(answer).ShouldNotBeNull($"the site answered {answer.StatusCode}");
    }

    /// <summary>The id in an answer to a POST; null where it is a refusal.</summary>
    public static string? AcknowledgedBy(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.Accepted ? Id().Match(answer.Headers.Location!.OriginalString).Value : null;

    public Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] fields) => PostAsync("application/json", fields);

    public async Task<HttpResponseMessage> PostAsync(string accept, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, page) { Headers = { { "Accept", accept } } };
        var number = (++_number).ToString(CultureInfo.InvariantCulture);
        request.Content = new FormUrlEncodedContent(
            [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), new("__RequestVerificationToken", token), new("Number", number)]);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a file with the form.</summary>
    public async Task<HttpResponseMessage> UploadAsync(string accept, string field, byte[] bytes)
    {
        using var content = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" }, { new ByteArrayContent(bytes), field, "file.bin" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, page) { Headers = { { "Accept", accept } }, Content = content };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<string> ReadStateAsync(string id)
    {
        using var response = await client.GetAsync(At("completed", id) + "&output_json=1", TestContext.Current.CancellationToken);
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return status.RootElement.GetProperty("state").GetString()!;
    }

    /// <summary>Waits until it has come to this state.</summary>
    public Task IsAsync(string state, string id) => Patience.UntilAsync(async () => await ReadStateAsync(id) == state, $"{id} is {state}");

    public Task<HttpResponseMessage> OpenResultAsync(string id) => client.GetAsync(At("result", id), TestContext.Current.CancellationToken);

    public async Task<string> ReadResultAsync(string id) => await client.GetStringAsync(At("result", id), TestContext.Current.CancellationToken);

    public void Dispose() => client.Dispose();

    private string At(string handler, string id) => $"{page}?handler={handler}&process_id={id}";

    [GeneratedRegex("(?<=process_id=)[0-9a-z]{26}")]
    private static partial Regex Id();
}
