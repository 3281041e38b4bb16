using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AsyncViews.ClusterTests.Support;

/// <summary>A proxy that gives each request to the next node. A node that does not take a request is passed over.</summary>
public sealed class RoundRobin : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Connection", "Keep-Alive", "Transfer-Encoding"];

    private readonly WebApplication _proxy;
    private readonly Func<string[]> _nodes;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private int _turn;

    private RoundRobin(Func<string[]> nodes)
    {
        _nodes = nodes;
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _proxy = builder.Build();
        _proxy.Run(ForwardAsync);
    }

    public string Address => _proxy.Urls.Single();

    /// <summary>Starts a proxy.</summary>
    /// <param name="nodes">Returns the addresses of the nodes, at each request.</param>
    public static async Task<RoundRobin> StartAsync(Func<string[]> nodes)
    {
        var proxy = new RoundRobin(nodes);
        await proxy._proxy.StartAsync(TestContext.Current.CancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var nodes = _nodes();
        for (var tries = 0; tries < nodes.Length; tries++)
        {
            try
            {
                using var request = Copy(context.Request, nodes[(uint)Interlocked.Increment(ref _turn) % nodes.Length], body.ToArray());
                using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
                await AnswerAsync(context.Response, answer);
                return;
            }
            catch (HttpRequestException exception) when (!context.Response.HasStarted && (exception.HttpRequestError == HttpRequestError.ConnectionError || HttpMethods.IsGet(context.Request.Method)))
            {
                // It has not taken the request, or asking another costs nothing.
            }
            catch (HttpRequestException) when (!context.Response.HasStarted)
            {
                break;
            }
        }

        context.Response.StatusCode = StatusCodes.Status502BadGateway;
    }

    private static HttpRequestMessage Copy(HttpRequest from, string node, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), node + from.Path + from.QueryString);
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in from.Headers.Where(header => !OfTheConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return request;
    }

    private static async Task AnswerAsync(HttpResponse response, HttpResponseMessage answer)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key)))
            response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(response.Body, response.HttpContext.RequestAborted);
    }
}
