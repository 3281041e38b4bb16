using AsyncViews.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Gives the application's own program commands for its queue.</summary>
public static class AsyncViewsCommandExtensions
{
    /// <summary>
    /// Runs the application, or the command that its first argument names, in the application's place and without its server
    /// and its hosted services: <c>flush-queue</c>, <c>queue-health</c>, <c>schedule</c> or <c>cancel</c>. Call it instead of Run, behind everything that is
    /// mapped: <c>return await app.RunWithCommandsAsync(args);</c>
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="args">What the program was called with.</param>
    /// <returns>The exit code: 0, or 1 where the command's own work did not succeed, or 2 where it was misused or the store could not be opened.</returns>
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
