namespace AsyncViews.Http;

/// <summary>The names of the handlers that answer for processes, as they stand in addresses.</summary>
internal static class HandlerNames
{
    public const string Processing = "processing";
    public const string Completed = "completed";
    public const string Result = "result";
    public const string Cancel = "cancel";
    public const string Again = "again";
    public const string Group = "group";
}
