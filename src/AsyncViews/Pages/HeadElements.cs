using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Options;

namespace AsyncViews.Pages;

/// <summary>
/// Puts what the library's views need into the layout's head. A layout without the framework's tag helpers calls none:
/// then the same elements stand in the body, where they work too.
/// </summary>
internal sealed class HeadElements(IFileVersionProvider versions, IOptions<AsyncViewsOptions> options) : TagHelperComponent
{
    private const string HtmxConfig =
        """{"allowEval":false,"includeIndicatorStyles":false,"historyEnabled":false,"timeout":30000,"includeIndicatorCSS":false,"history":false,"defaultTimeout":30000}""";

    private static readonly TimeSpan ShortestReload = TimeSpan.FromSeconds(5);

    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (context.TagName == "head" && ViewContext.HttpContext.Features.Get<Elements>() is { } elements)
            output.PostContent.AppendHtml(elements);
    }

    /// <summary>Asks for the elements, and gives what goes into the body: nothing, if the head has them by then.</summary>
    public IHtmlContent AskFor(HttpContext context, ProcessPage? page)
    {
        var elements = new Elements(Build(context.Request.PathBase, page));
        context.Features.Set(elements);
        return elements;
    }

    private string Build(PathString pathBase, ProcessPage? page)
    {
        var style = $"""<meta name="robots" content="noindex"><link rel="stylesheet" href="{AddressOf("asyncviews.css")}">""";
        var script = $"""<script src="{AddressOf("asyncviews.js")}" defer></script>""";
        if (page is { Status.IsEnded: false, Updates: true })
        {
            var reload = page.PollInterval > ShortestReload ? page.PollInterval : ShortestReload;
            return string.Create(CultureInfo.InvariantCulture,
                $"""{style}<noscript><meta http-equiv="refresh" content="{(int)reload.TotalSeconds}"></noscript><meta name="htmx-config" content='{HtmxConfig}'><script src="{AddressOf("lib/htmx/dist/htmx.min.js", options.Value.HtmxPath)}" defer></script>{script}""");
        }

        return page?.FileName is null ? style : style + script;

        string AddressOf(string file, string? ownPath = null) => HtmlEncoder.Default.Encode(
            versions.AddFileVersionToPath(pathBase, pathBase.Add(ownPath?.TrimStart('~') ?? $"/_content/AsyncViews/{file}").ToUriComponent()));
    }

    /// <summary>The elements, written once: by whichever of head and body is written first.</summary>
    private sealed class Elements(string html) : IHtmlContent
    {
        private bool _written;

        public void WriteTo(TextWriter writer, HtmlEncoder encoder)
        {
            if (!_written)
                writer.Write(html);
            _written = true;
        }
    }
}
