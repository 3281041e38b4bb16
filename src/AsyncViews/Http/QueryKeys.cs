namespace AsyncViews.Http;

/// <summary>The keys that the library gives a meaning to in the query of an address. Every other key is the page's own.</summary>
internal static class QueryKeys
{
    /// <summary>The handler that a request names, in the query or in the route: Razor Pages' own rule.</summary>
    public const string Handler = "handler";

    /// <summary>A process's id.</summary>
    public const string Id = "process_id";

    /// <summary>The handler that runs the process, in the addresses of processes of a named handler.</summary>
    public const string RunBy = "av_handler";

    /// <summary><c>0</c> on a page that does not update itself.</summary>
    public const string Refresh = "refresh";

    /// <summary><c>1</c> where an embedded progress asks instead of the waiting page.</summary>
    public const string Embedded = "av_embedded";

    /// <summary>The page for a form that was sent again just after it had succeeded.</summary>
    public const string SentBefore = "av_sent_before";

    /// <summary>Behind a process's id: an address for scripts.</summary>
    public const string Format = "format";

    /// <summary>The poll of netsight.async's script.</summary>
    public const string NetsightJson = "output_json";

    /// <summary>The keys by which a poll says what its page shows, behind everything else.</summary>
    public const string Version = "v", Position = "p", Remaining = "e", Announcement = "m", CadenceBand = "i";

    /// <summary>The reference of a group.</summary>
    public const string Group = "group";

    /// <summary>The process that 'my processes' asks about before it is discarded.</summary>
    public const string Discard = "discard";
}
