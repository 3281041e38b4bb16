using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace AsyncViews.Tests.Support;

/// <summary>A POST that was sent, and the addresses of its process where it started one.</summary>
internal sealed class Submitted(Browser browser, HttpResponseMessage response)
{
    public HttpResponseMessage Response => response;

    public HttpStatusCode StatusCode => response.StatusCode;

    /// <summary>Where the 303 leads, or the answer to htmx.</summary>
    public string Processing
    {
        get
        {
            if (response.Header("HX-Redirect") is { } redirect)
                return redirect;

            StatusCode.ShouldBe(HttpStatusCode.SeeOther);
            return response.Headers.Location.ShouldNotBeNull().OriginalString;
        }
    }

    public ProcessId Id => ProcessId.Parse(QueryHelpers.ParseQuery(Processing[Processing.IndexOf('?')..])["process_id"].ToString());

    public string Completed => At("completed");

    public string Result => At("result");

    public string Cancel => At("cancel");

    /// <summary>The address as another's would look: of the same page, with another id.</summary>
    public string At(string handler, ProcessId? id = null)
    {
        var address = Processing.Contains("handler=processing")
            ? Processing.Replace("handler=processing", $"handler={handler}")
            : Processing.Replace("/processing", $"/{handler}");
        return id is null ? address : address.Replace(Id.ToString(), id.Value.ToString());
    }

    /// <summary>The current answer of the JSON poll.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        using var answer = await browser.GetAsync(Completed, ("Accept", "application/json"));
        return await answer.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>Waits for the end, and tells the state.</summary>
    public async Task<string> EndAsync()
    {
        var state = "";
        await Eventually.BeTrueAsync(
            async () =>
            {
                state = (await StatusAsync()).GetProperty("state").GetString()!;
                return state is not ("queued" or "running");
            },
            $"the end of the process submitted to {Processing}");
        return state;
    }

    /// <summary>Waits for the end, and fetches the result.</summary>
    public async Task<HttpResponseMessage> OpenResultAsync(params (string Name, string Value)[] headers)
    {
        await EndAsync();
        return await browser.GetAsync(Result, headers);
    }

    /// <summary>Waits for a successful end, and reads the body of the result.</summary>
    public async Task<string> ReadResultAsync()
    {
        (await EndAsync()).ShouldBe("succeeded");
        using var result = await browser.GetAsync(Result);
        return await result.Content.ReadAsStringAsync();
    }
}
