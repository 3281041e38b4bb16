using System.Collections;
using System.Reflection;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Testing;

/// <summary>A durable store whose node is killed after one of the steps that it takes: what was stored is stored, and nothing follows.</summary>
public class KilledStore : DispatchProxy
{
    private static readonly HashSet<string> Steps =
    [
        nameof(IProcessStore.AddAsync), nameof(IProcessStore.AddAndClaimAsync), nameof(IProcessStore.ClaimNextAsync), nameof(IProcessStore.FinishAsync), nameof(IProcessStore.SendAsync),
        nameof(IProcessStore.ReadMessagesAsync), nameof(IProcessStore.RequestCancelAsync), nameof(IProcessStore.RemoveAsync),
    ];

    private readonly Lock _lock = new();
    private IProcessStore _store = null!;
    private int _steps;

    /// <summary>Tells whether the node was killed.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Puts one around the store that is registered.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="steps">The number of steps that the node takes.</param>
    internal static void Install(IServiceCollection services, int steps)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IProcessStore));
        services.AddKeyedSingleton(nameof(KilledStore), (provider, _) =>
            (IProcessStore)(registered.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!)));
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var store = Create<IProcessStore, KilledStore>();
            var killed = (KilledStore)(object)store;
            (killed._store, killed._steps) = (provider.GetRequiredKeyedService<IProcessStore>(nameof(KilledStore)), steps);
            return store;
        }));
    }

    internal static KilledStore Of(IServiceProvider services) => (KilledStore)(object)services.GetRequiredService<IProcessStore>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        lock (_lock)
        {
            if (IsDead)
                throw new StoreUnavailableException("The node was killed.");

            var result = targetMethod!.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
            if (!Steps.Contains(targetMethod.Name))
                return result;

            // The step is taken whole, and what it came to is not heard of.
            var step = (Task)result!.GetType().GetMethod("AsTask")!.Invoke(result, null)!;
            step.GetAwaiter().GetResult();
            var outcome = step.GetType().GetProperty("Result")!.GetValue(step)!;
            IsDead = outcome is not ICollection { Count: 0 } && --_steps == 0;
            if (IsDead)
                throw new StoreUnavailableException("The node was killed.");
            return Activator.CreateInstance(result.GetType(), outcome);
        }
    }
}
