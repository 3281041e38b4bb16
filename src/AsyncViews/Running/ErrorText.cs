namespace AsyncViews.Running;

/// <summary>Makes the text of an exception that is kept with its process.</summary>
internal static class ErrorText
{
    /// <summary>Messages quote what they are about, and a field of a form may have megabytes.</summary>
    public const int Longest = 8192;

    /// <summary>The exception with its stack traces, at most <see cref="Longest"/> characters.</summary>
    public static string Of(Exception exception)
    {
        var text = Describe(exception);
        return text.Length > Longest ? text[..Longest] : text;
    }

    /// <summary>An exception of an application's own may throw another here.</summary>
    private static string Describe(Exception exception)
    {
        try
        {
            return exception.ToString();
        }
        catch (Exception inText)
        {
            return $"{exception.GetType()}, whose description threw {inText.GetType()}";
        }
    }
}
