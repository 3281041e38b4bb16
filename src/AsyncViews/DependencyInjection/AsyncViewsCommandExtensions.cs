using AsyncViews.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds commands for the queue to the application's own program.</summary>
public static class AsyncViewsCommandExtensions
{
    /// <summary>
    /// Runs the command that the first argument names: <c>flush-queue</c>, <c>queue-health</c>, <c>schedule</c> or
    /// <c>cancel</c>. Otherwise runs the application. Commands run without the application's server and hosted services. Call
    /// this instead of Run, after all mappings: <c>return await app.RunWithCommandsAsync(args);</c>
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="args">The program's arguments.</param>
    /// <returns>The exit code: 0; 1 if the command's own work did not succeed; 2 for incorrect usage, or if the store could not be opened.</returns>
    public static async Task<int> RunWithCommandsAsync(this WebApplication app, string[] args)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(args);
        await using (app)
        {
            var host = app.Services.GetRequiredService<CommandHost>();
            if (host.Find(args) is not { } command)
            {
                await app.RunAsync();
                return Command.Done;
            }

            // Without a server nothing else makes the application's pages known.
            app.UseRouting();
            app.UseEndpoints(_ => { });
            return await host.RunAsync(command, args.Skip(1), Console.Out, Console.Error);
        }
    }
}
