using System.Globalization;

namespace AsyncViews.Commands;

/// <summary>The words behind a command. What is configuration (<c>--Logging:LogLevel:Default=Warning</c>, <c>--environment=Staging</c>) is the host's.</summary>
internal sealed class CommandLine
{
    private static readonly HashSet<string> HostKeys = new(["environment", "contentRoot", "applicationName", "urls"], StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, string?> _options = [];
    private readonly List<string> _arguments = [];

    /// <param name="words">What was typed.</param>
    /// <param name="options">The options that there are: <c>limit=</c> takes a value, <c>json</c> does not.</param>
    /// <exception cref="UsageException">There is no such option, or its value is missing.</exception>
    public CommandLine(IEnumerable<string> words, params string[] options)
    {
        var rest = new Queue<string>(words);
        while (rest.TryDequeue(out var word))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                _arguments.Add(word);
                continue;
            }

            var (name, value) = word[2..].Split('=', 2) is [var left, var right] ? (left, right) : (word[2..], null);
            if (options.Contains(name + "="))
                _options[name] = value ?? (rest.TryDequeue(out var next) ? next : throw new UsageException($"--{name} needs a value."));
            else if (options.Contains(name) && value is null)
                _options[name] = null;
            else if (value is null || !(name.Contains(':') || HostKeys.Contains(name)))
                throw new UsageException($"There is no option --{name}.");
        }
    }

    public bool Has(string option) => _options.ContainsKey(option);

    public string? Text(string option) => _options.GetValueOrDefault(option);

    public int? Number(string option, int least, int most)
    {
        if (Text(option) is not { } text)
            return null;

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw new UsageException($"--{option} must be a number from {least} to {most}, not '{text}'.");
    }

    /// <summary>A time without an offset is UTC.</summary>
    public DateTimeOffset? Time(string option)
    {
        if (Text(option) is not { } text)
            return null;

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : throw new UsageException($"--{option} must be a time such as 2030-01-31T08:00:00Z, not '{text}'.");
    }

    /// <summary>The argument at this place; null where there are fewer.</summary>
    public string? Argument(int place, int most)
    {
        if (_arguments.Count > most)
            throw new UsageException($"Unexpected argument '{_arguments[most]}'. Put quotes around arguments that contain spaces.");
        return _arguments.ElementAtOrDefault(place);
    }
}

/// <summary>The words that were typed are no command. The message says why.</summary>
internal sealed class UsageException(string message) : Exception(message);
