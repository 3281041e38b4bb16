namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses where processes are kept and what runs them.</summary>
public sealed class AsyncViewsBuilder
{
    internal AsyncViewsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services, for the extension methods of store and engine packages.</summary>
    public IServiceCollection Services { get; }
}
