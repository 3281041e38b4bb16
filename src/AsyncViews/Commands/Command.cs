namespace AsyncViews.Commands;

/// <summary>One of the commands that the application's own program understands.</summary>
internal abstract class Command
{
    /// <summary>As which exit code the program ends.</summary>
    public const int Done = 0, Failed = 1, Misused = 2;

    /// <summary>The word that calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The words that may stand behind its name, and the work that it does.</summary>
    public abstract string Usage { get; }

    /// <summary>True if it works on the open store.</summary>
    public virtual bool OpensStore => true;

    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">What was typed behind the name is not understood.</exception>
    public abstract Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken);
}
