using AsyncViews.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds commands for the queue to the application's own program.</summary>
public static class AsyncViewsCommandExtensions
{
    /// <summary>
    /// Runs the command that the arguments name: <c>flush-queue</c>, <c>queue-health</c>, <c>schedule</c>, <c>cancel</c>,
    /// <c>nodes</c>, <c>drain</c>, <c>schema</c>, <c>recurring</c> or <c>help</c>. Any other word prints the usage. The application's
    /// configuration may come before it, such as <c>--environment Staging</c> or <c>Key=Value</c>; with nothing else the
    /// application runs. Call this instead of Run, after all mappings: <c>return await app.RunWithCommandsAsync(args);</c>
    /// </summary>
    /// <remarks>
    /// Commands run without the application's server and hosted services. A job that needs what a hosted service starts, such
    /// as a warm cache or a connection, has to start it itself.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <param name="args">The program's arguments.</param>
    /// <returns>The exit code: 0; 1 if the command's own work did not succeed; 2 for incorrect usage, or if the store could not be opened.</returns>
    /// <exception cref="InvalidOperationException">AsyncViews is not registered.</exception>
    public static async Task<int> RunWithCommandsAsync(this WebApplication app, string[] args)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(args);
        await using (app)
        {
            var host = app.Services.GetService<CommandHost>()
                ?? throw new InvalidOperationException("AsyncViews is not registered. Add builder.Services.AddAsyncViews(); in Program.cs.");
            if (CommandHost.WordsOf(args) is not [_, ..] command)
            {
                await app.RunAsync();
                return Command.Done;
            }

            // Without a server nothing else makes the application's pages known.
            app.UseRouting();
            app.UseEndpoints(_ => { });
            return await host.RunAsync(command, Console.Out, Console.Error);
        }
    }
}
