using System.Globalization;
using System.Net;
using AsyncViews.Results;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.ResponseCaching;

namespace AsyncViews.Running.Replay;

/// <summary>Rebuilds the features of a captured request: what a server would have provided.</summary>
internal static class ReplayedRequest
{
    public static FeatureCollection Rebuild(
        CapturedRequest request, Stream body, ResponseCapture response, RunSession? session, ProcessContext process, IServiceProvider services)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(RebuildRequest(request, body));
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(request.ContentLength > 0));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = process.CancellationToken });
        features.Set<IHttpRequestIdentifierFeature>(new HttpRequestIdentifierFeature { TraceIdentifier = process.Id.ToString() });
        features.Set<IHttpConnectionFeature>(RebuildConnection(request, process.Id));
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IServiceProvidersFeature>(new ServiceProvidersFeature { RequestServices = services });
        features.Set<IHttpAuthenticationFeature>(new HttpAuthenticationFeature { User = process.User });
        features.Set<IRequestCultureFeature>(new RequestCultureFeature(new RequestCulture(CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture), null));
        features.Set<IResponseCachingFeature>(new NoResponseCaching());
        features.Set<IHttpMaxRequestBodySizeFeature>(new AnyBodySize());
        features.Set<IHttpBodyControlFeature>(response);
        features.Set<ISessionFeature?>(session);
        if (request.StatusCodePages is { } enabled)
            features.Set<IStatusCodePagesFeature>(new StatusCodePagesFeature { Enabled = enabled });
        if (request.Consent is { } consent)
        {
            var cookies = new RunConsent(consent, features);
            features.Set<ITrackingConsentFeature>(cookies);
            features.Set<IResponseCookiesFeature>(cookies);
        }

        features.Set(process);
        features.Set(request);
        features.Set(request.Verdict ?? Verdict.Valid);
        features.Set(new RunResult());
        return features;
    }

    private static HttpRequestFeature RebuildRequest(CapturedRequest request, Stream body)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        foreach (var (name, values) in request.Headers)
            headers[name] = values;
        headers.Host = request.Host;
        headers.ContentLength = request.ContentLength;

        return new HttpRequestFeature
        {
            Protocol = request.Protocol,
            Method = HttpMethods.Post,
            Scheme = request.Scheme,
            PathBase = request.PathBase,
            Path = request.Path,
            QueryString = request.QueryString,
            RawTarget = new PathString(request.PathBase).Add(request.Path).ToUriComponent() + request.QueryString,
            Headers = headers,
            Body = body,
        };
    }

    private static HttpConnectionFeature RebuildConnection(CapturedRequest request, ProcessId id) => new()
    {
        ConnectionId = id.ToString(),
        RemoteIpAddress = Parse(request.RemoteIpAddress),
        RemotePort = request.RemotePort,
        LocalIpAddress = Parse(request.LocalIpAddress),
        LocalPort = request.LocalPort,
    };

    private static IPAddress? Parse(string? address) => address is null ? null : IPAddress.Parse(address);

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    /// <summary>There is no cache before a run; without this, [ResponseCache(VaryByQueryKeys = …)] on the page would throw.</summary>
    private sealed class NoResponseCaching : IResponseCachingFeature
    {
        public string[]? VaryByQueryKeys { get; set; }
    }

    /// <summary>The limit was kept at the submission; without this, [RequestSizeLimit] on the page would log a warning in every run.</summary>
    private sealed class AnyBodySize : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }
}
