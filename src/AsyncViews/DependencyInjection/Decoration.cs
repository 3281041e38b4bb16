namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Wraps a service of the library around one that the application or the framework registered.</summary>
internal static class Decoration
{
    /// <summary>Decorates the last registration of <typeparamref name="TService"/>; does nothing if there is none.</summary>
    public static void Decorate<TService>(this IServiceCollection services, Func<TService, TService> decorate) where TService : class
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(TService)) is not { } inner)
            return;

        services.Add(ServiceDescriptor.Describe(typeof(TService), provider => decorate((TService)Create(provider, inner)), inner.Lifetime));
    }

    private static object Create(IServiceProvider provider, ServiceDescriptor service) =>
        service.ImplementationInstance
        ?? service.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!);
}
