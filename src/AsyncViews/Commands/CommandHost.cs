using System.Runtime.InteropServices;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using Microsoft.Extensions.Options;

namespace AsyncViews.Commands;

/// <summary>Runs a command in the application's place: its services and its store, and no server.</summary>
internal sealed class CommandHost(IEnumerable<Command> commands, IProcessStore store, NodeSession session, IStartupValidator options)
{
    /// <summary>The longest wait for a store that is busy, or still belongs to a site that is just stopping.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] HelpOptions = ["--help", "-h"];

    /// <summary>
    /// Returns the command and the words behind it; none if the application is to serve. The host's configuration may come first. It
    /// is read as the host reads it: what begins with a dash or a slash takes the next word as its value, unless it assigns one.
    /// </summary>
    public static string[] WordsOf(string[] args)
    {
        var first = 0;
        while (first < args.Length && IsConfiguration(args[first]))
            first += args[first] is ['-' or '/', ..] && !args[first].Contains('=') ? 2 : 1;
        return args[Math.Min(first, args.Length)..];
    }

    /// <param name="command">A command and the words behind it.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <param name="errors">Where a refusal goes.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] command, TextWriter output, TextWriter errors)
    {
        var (word, words) = (command[0], command[1..]);
        if (word == "help" || HelpOptions.Contains(word))
        {
            await output.WriteLineAsync(Usage());
            return Command.Done;
        }

        if (commands.FirstOrDefault(known => known.Name == word) is not { } called)
        {
            await errors.WriteLineAsync($"There is no command '{word}'.{Environment.NewLine}{Usage()}");
            return Command.Misused;
        }

        if (words is [var next, ..] && HelpOptions.Contains(next))
        {
            await output.WriteLineAsync($"Usage: {called.Usage}");
            return Command.Done;
        }

        return await RunAsync(called, words, output, errors);
    }

    private static bool IsConfiguration(string word) => !HelpOptions.Contains(word) && (word is "" or ['-' or '/', ..] || word.Contains('='));

    private async Task<int> RunAsync(Command command, string[] words, TextWriter output, TextWriter errors)
    {
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            options.Validate();
            if (store is InMemoryProcessStore)
                throw new UsageException("This application keeps its processes in memory, where commands cannot reach them. Use a durable store: AddAsyncViews().UseSqlite().");

            if (!command.OpensStore)
                return await command.RunAsync(words, output, stopping.Token);

            await OpenAsync();
            try
            {
                return await command.RunAsync(words, output, stopping.Token);
            }
            finally
            {
                // The heart beats no more when the store is disposed.
                await session.CloseAsync(CancellationToken.None);
            }
        }
        catch (UsageException exception)
        {
            await errors.WriteLineAsync($"{exception.Message}{Environment.NewLine}Usage: {command.Usage}");
            return Command.Misused;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or StoreException or OptionsValidationException)
        {
            await errors.WriteLineAsync(exception.Message);
            return Command.Misused;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await errors.WriteLineAsync("Stopped.");
            return Command.Failed;
        }

        void Stop(PosixSignalContext signal)
        {
            // The second one ends the program.
            signal.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }
    }

    private async Task OpenAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await session.OpenAsync(patience.Token);
        }
        catch (OperationCanceledException exception) when (patience.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"The store could not be opened within {Patience.TotalSeconds:0} seconds. Is its database reachable, and is it busy?", exception);
        }
    }

    private string Usage() => string.Join(Environment.NewLine,
    [
        "Usage: without a command, the application starts. Configuration, such as --environment Staging, comes before the command. Commands:",
        .. commands.Select(command => "  " + command.Usage),
        "  help: shows this text.",
    ]);
}
