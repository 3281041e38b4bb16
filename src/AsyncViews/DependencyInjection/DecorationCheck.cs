using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stops the application at its start if a later registration takes the place of the library's, which answers the polls of people who are signed out.</summary>
/// <param name="services">All registrations. Nothing is created to look at it: a handler may need a request.</param>
/// <param name="decorated">The library's own.</param>
internal sealed class DecorationCheck(IServiceCollection services, ServiceDescriptor decorated) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => services.Last(service => service.ServiceType == decorated.ServiceType) == decorated
        ? Task.CompletedTask
        : throw new InvalidOperationException(
            "Register your IAuthorizationMiddlewareResultHandler before AddAsyncViews(). Registered later, it would also answer the polls of " +
            "waiting pages, which would never learn that their person is signed out.");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
