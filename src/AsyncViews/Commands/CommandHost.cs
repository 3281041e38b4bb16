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
    /// Returns whether the first argument is a word. What begins with a dash or a slash, or assigns a value, is the host's
    /// configuration, and the application is to serve.
    /// </summary>
    public static bool IsCalledBy(string[] args) =>
        args is [{ Length: > 0 } first, ..] && (HelpOptions.Contains(first) || !(first[0] is '-' or '/' || first.Contains('=')));

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var (word, words) = (args[0], args[1..]);
        if (word == "help" || HelpOptions.Contains(word))
        {
            await output.WriteLineAsync(Usage());
            return Command.Done;
        }

        if (commands.FirstOrDefault(command => command.Name == word) is not { } command)
        {
            await errors.WriteLineAsync($"There is no command '{word}'.{Environment.NewLine}{Usage()}");
            return Command.Misused;
        }

        if (words is [var next, ..] && HelpOptions.Contains(next))
        {
            await output.WriteLineAsync($"Usage: {command.Usage}");
            return Command.Done;
        }

        return await RunAsync(command, words, output, errors);
    }

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
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or StoreUnavailableException or OptionsValidationException)
        {
            await errors.WriteLineAsync(exception.Message);
            return Command.Misused;
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
        "Usage: without a command, the application starts. Commands:",
        .. commands.Select(command => "  " + command.Usage),
        "  help: shows this text.",
    ]);
}
