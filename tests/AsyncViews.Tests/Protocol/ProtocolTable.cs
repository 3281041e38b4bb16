using System.Globalization;

namespace AsyncViews.Tests.Protocol;

/// <summary>The wire protocol: every request in every state, and its answer.</summary>
/// <remarks>
/// An answer is a status; then <c>&gt;handler</c>, where it leads by Location or, in a poll, by the page's refresh, <c>html</c> with a heading in
/// quotation marks, <c>json</c> with a state, or <c>problem</c> with a type; <c>refresh</c> is HX-Refresh.
/// </remarks>
internal static class ProtocolTable
{
    private const string Waiting = "200 html Work";

    /// <summary>The states that are ended, and whose result is a page that explains.</summary>
    private static readonly string[] Explained = ["failed", "interrupted", "missed", "canceled"];

    private static readonly string[] Live = ["running", "stopping", "queued"];

    private static readonly string[] Foreign = ["foreign", "unknown"];

    public static IEnumerable<(string State, string Request, string Answer)> Rows =>
    [
        .. For(Live, "GET processing", Waiting),
        .. For(Live, "HEAD processing", "200"),
        .. For(["succeeded", .. Explained], "GET processing", "303 >result"),
        .. For(["download"], "GET processing", "200 html Your file is ready"),

        .. For(Live, "GET completed", "303 >processing"),
        .. For(["succeeded", "download", .. Explained], "GET completed", "303 >processing"),
        .. For(Live, "POLL completed", "204"),
        .. For(Live, "STALE completed", "200 poll"),
        .. For(["succeeded", .. Explained], "STALE completed", "200 >result"),
        .. For(["download"], "STALE completed", "200 >processing"),
        .. For(["running", "stopping"], "JSON completed", "200 json running 42"),
        .. For(["queued"], "JSON completed", "200 json queued false"),
        .. For(["succeeded", "download"], "JSON completed", "200 json =state true"),
        .. For(Explained, "JSON completed", "200 json =state \"ERROR\""),
        .. For(["running"], "NETSIGHT completed", "200 json running 42"),
        .. For(Explained, "NETSIGHT completed", "200 json =state \"ERROR\""),
        .. For(["gone", "missing", .. Foreign], "NETSIGHT completed", "200 json unknown \"ERROR\""),

        .. For(Live, "GET result", "303 >processing"),
        .. For(["succeeded"], "GET result", "200 html Work"),
        .. For(["succeeded", "download"], "HEAD result", "200"),
        .. For(["download"], "GET result", "200"),
        .. For(["failed"], "GET result", "500 html Failed"),
        .. For(["interrupted"], "GET result", "500 html Interrupted"),
        .. For(["missed"], "GET result", "500 html Not started"),
        .. For(["canceled"], "GET result", "200 html Canceled"),
        .. For(["failed", "interrupted", "missed"], "JSON result", "409 problem urn:asyncviews:=state"),
        .. For(["canceled"], "JSON result", "410 problem urn:asyncviews:=state"),
        .. For(["running", "stopping"], "JSON result", "202 json running 42"),
        .. For(["queued"], "JSON result", "202 json queued false"),
        .. For(["gone"], "JSON result", "410 problem urn:asyncviews:expired"),
        .. For(["running", "stopping"], "FORMAT completed", "200 json running 42"),
        .. For(["queued"], "FORMAT completed", "200 json queued false"),
        .. For(Explained, "FORMAT completed", "200 json =state \"ERROR\""),
        .. For(["failed", "interrupted", "missed"], "FORMAT result", "409 problem urn:asyncviews:=state"),
        .. For(["canceled"], "FORMAT result", "410 problem urn:asyncviews:=state"),
        .. For(["failed", "interrupted", "missed"], "CURL result", "409 problem urn:asyncviews:=state"),
        .. For(["canceled"], "CURL result", "410 problem urn:asyncviews:=state"),
        .. For(["failed"], "LINKS result", "409 html Failed"),
        .. For(["canceled"], "LINKS result", "410 html Canceled"),
        .. For(["running", "stopping"], "FORMAT processing", "200 json running 42"),
        .. For(["queued"], "FORMAT processing", "200 json queued false"),
        .. For(Explained, "FORMAT processing", "200 json =state \"ERROR\""),
        .. For(["gone"], "FORMAT completed", "410 problem urn:asyncviews:expired"),
        .. For(Foreign, "FORMAT completed", "404 problem urn:asyncviews:not-found"),

        .. For(["gone"], "GET processing", "410 html This result has expired"),
        .. For(["gone"], "GET completed", "410 html This result has expired"),
        .. For(["gone"], "STALE completed", "410 refresh"),
        .. For(["gone"], "JSON completed", "410 problem"),
        .. For(["gone"], "GET result", "410 html This result has expired"),
        .. For(["gone"], "POST cancel", "410 html This result has expired"),
        .. For(Foreign, "GET processing", "404 html There is nothing here"),
        .. For(Foreign, "GET completed", "404 html There is nothing here"),
        .. For(Foreign, "STALE completed", "404 refresh"),
        .. For(Foreign, "JSON completed", "404 problem"),
        .. For(Foreign, "GET result", "404 html There is nothing here"),
        .. For(Foreign, "POST cancel", "404 html There is nothing here"),
        .. For(Foreign, "POST again", "404 html There is nothing here"),
        .. For(["missing"], "GET processing", "400 html The address is incomplete"),
        .. For(["missing"], "JSON completed", "400 problem"),

        .. For(["to cancel", "stopping"], "POST cancel", "303 >processing"),
        .. For(["queued to cancel"], "POST cancel", "303 >result"),
        .. For(["stopping"], "DELETE cancel", "202"),
        .. For(["succeeded", "download", .. Explained], "POST cancel", "303 >result"),
        .. For(["succeeded", "download", .. Explained], "DELETE cancel", "204"),
        .. For(["succeeded", "canceled", "missed"], "POST again", "303 >result"),
        .. For(["running", "succeeded"], "GET cancel", "303 >processing"),
        .. For(["running", "succeeded"], "GET again", "303 >processing"),
        .. For(["gone"], "GET cancel", "410 html This result has expired"),
        .. For(["unknown"], "GET again", "404 html There is nothing here"),

        .. For(["running", "succeeded", "gone", "unknown"], "PUT processing", "405 GET, HEAD"),
        .. For(["running", "succeeded", "gone", "unknown"], "DELETE completed", "405 GET, HEAD"),
        .. For(["running", "succeeded", "gone", "unknown"], "PUT result", "405 GET, HEAD, POST"),
        .. For(["running", "succeeded", "gone", "unknown"], "JSON cancel", "405 POST, DELETE"),
        .. For(["running", "succeeded", "gone", "unknown"], "JSON again", "405 POST"),
    ];

    private static IEnumerable<(string State, string Request, string Answer)> For(string[] states, string request, string answer) =>
        states.Select(state => (state, request, answer.Replace("=state", state == "download" ? "succeeded" : state, false, CultureInfo.InvariantCulture)));
}
