using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsyncViews.Views;

/// <summary>
/// Puts what the library's views need into the layout's head. A layout without the framework's tag helpers calls none:
/// then the same elements stand in the body, where they work too.
/// </summary>
internal sealed class HeadElements(IOptions<AsyncViewsOptions> options) : TagHelperComponent
{
    private const string Assets = "/_content/AsyncViews/";

    private const string Htmx = Assets + "lib/htmx/dist/htmx.min.js";

    private const string HtmxConfig = """{"allowEval":false,"includeIndicatorStyles":false,"historyEnabled":false}""";

    /// <summary>For pages of the application, which may use the same htmx for their own: its history and its evaluation stay on.</summary>
    private const string HtmxConfigOfParts = """{"includeIndicatorStyles":false}""";

    private static readonly TimeSpan ShortestReload = TimeSpan.FromSeconds(5);

    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        // It is written when the page is complete, with what a later part of the layout has asked for too.
        if (context.TagName == "head")
            output.PostContent.AppendHtml(Of(ViewContext.HttpContext));
    }

    /// <summary>Asks for what a whole page of the library needs, and gives what goes into the body: nothing, if the head has it by then.</summary>
    public IHtmlContent AskFor(HttpContext context, object? model)
    {
        var elements = Of(context);
        elements.NoIndex = elements.Style = true;
        elements.Script |= model is ProcessViewModel { FileName: not null } or ProcessViewModel { ProgramLink: not null } or ProcessViewModel { Status.IsEnded: false }
            or MyProcessesViewModel { ShowsLocalTimes: true } or AdminViewModel;
        switch (model)
        {
            case ProcessViewModel { Status.IsEnded: false, Updates: true } page:
                elements.Poll(page.PollInterval);
                break;

            case MyProcessesViewModel { Polls: true } page:
                elements.Poll(page.PollInterval);
                break;

            case AdminViewModel { PollInterval: { } interval }:
                elements.Poll(interval);
                break;

            case ProcessViewModel { Status.IsEnded: true, EndAddress: { } address }:
                elements.Continue = address;
                break;
        }

        return elements;
    }

    /// <summary>
    /// Asks for what a part of another page needs. That page is neither hidden from search engines nor reloaded: somebody
    /// may be filling in a form on it.
    /// </summary>
    public IHtmlContent AskForPart(HttpContext context, bool polls, bool script)
    {
        var elements = Of(context);
        elements.Style = true;
        elements.Script |= script;
        elements.Polls |= polls;
        return elements;
    }

    private Elements Of(HttpContext context)
    {
        if (context.Features.Get<Elements>() is not { } elements)
        {
            var versions = context.RequestServices.GetRequiredService<IFileVersionProvider>();
            elements = new Elements(
                path => HtmlEncoder.Default.Encode(versions.AddFileVersionToPath(context.Request.PathBase, context.Request.PathBase.Add(path).ToUriComponent())),
                options.Value.HtmxPath?.TrimStart('~'),
                () => options.Value.ScriptNonce?.Invoke(context) is { Length: > 0 } nonce ? $" nonce=\"{HtmlEncoder.Default.Encode(nonce)}\"" : "");
            context.Features.Set(elements);
        }

        return elements;
    }

    /// <summary>The elements that one page asked for, written once: by whichever of head and body is written first.</summary>
    private sealed class Elements(Func<string, string> addressOf, string? ownHtmx, Func<string> nonceOf) : IHtmlContent
    {
        private bool _written;

        public bool NoIndex { get; set; }

        public bool Style { get; set; }

        public bool Script { get; set; }

        public bool Polls { get; set; }

        /// <summary>The address to go to at once.</summary>
        public string? Continue { get; set; }

        private TimeSpan? Reload { get; set; }

        public void Poll(TimeSpan interval)
        {
            Script = Polls = true;
            Reload = interval > ShortestReload ? interval : ShortestReload;
        }

        public void WriteTo(TextWriter writer, HtmlEncoder encoder)
        {
            if (_written || !Style)
                return;

            _written = true;
            var nonce = nonceOf();
            if (NoIndex)
                writer.Write("""<meta name="robots" content="noindex"><meta name="turbo-visit-control" content="reload">""");
            writer.Write($"""<link rel="stylesheet" href="{addressOf(Assets + "asyncviews.css")}"{nonce}>""");
            if (Reload is { } reload)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"""<noscript><meta http-equiv="refresh" content="{(int)reload.TotalSeconds}"></noscript>"""));
            if (Continue is not null)
                writer.Write($"""<meta http-equiv="refresh" content="0;url={encoder.Encode(Continue)}">""");
            // The application's own htmx may put other pages in this one's place, where it would keep a configuration that was meant for this page.
            if (Polls && ownHtmx is null)
                writer.Write($"""<meta name="htmx-config" content='{(NoIndex ? HtmxConfig : HtmxConfigOfParts)}'>""");
            if (Polls)
                writer.Write($"""<script src="{addressOf(ownHtmx ?? Htmx)}"{nonce} defer></script>""");
            if (Script)
                writer.Write($"""<script src="{addressOf(Assets + "asyncviews.js")}"{nonce} defer></script>""");
        }
    }
}
