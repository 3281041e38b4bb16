namespace AsyncViews.Sqlite;

/// <summary>The purposes of sealed fields, one each, so that none can be read as another.</summary>
internal static class Purposes
{
    public const string Body = "request body";
    public const string Submission = "request";
    public const string RunSecrets = "run's own secrets";
    public const string Result = "response body";
    public const string Response = "response";
}
