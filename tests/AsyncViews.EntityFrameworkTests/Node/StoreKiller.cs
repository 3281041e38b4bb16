using System.Diagnostics;
using System.Reflection;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.EntityFrameworkTests.Node;

/// <summary>A real store that kills its own process before or after one of the calls by which jobs are added, taken and ended.</summary>
public class StoreKiller : DispatchProxy
{
    private static readonly string[] Steps = [nameof(IProcessStore.AddAllAsync), nameof(IProcessStore.ClaimNextAsync), nameof(IProcessStore.FinishAsync)];

    private IProcessStore _store = null!;
    private int _killAt;
    private int _steps;

    /// <param name="services">The services of the site, its store among them.</param>
    /// <param name="killAt">The number of the step, from 1; 0 for none.</param>
    public static void Install(IServiceCollection services, int killAt)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IProcessStore));
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var killer = Create<IProcessStore, StoreKiller>();
            var proxy = (StoreKiller)(object)killer;
            proxy._store = (IProcessStore)(registered.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!));
            proxy._killAt = killAt;
            return killer;
        }));
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var call = () => targetMethod!.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (!Steps.Contains(targetMethod!.Name))
            return call();

        // An idle question is no step: there is one of these whenever something may be due.
        if (targetMethod.Name == nameof(IProcessStore.ClaimNextAsync))
            return new ValueTask<IReadOnlyList<ClaimedProcess>>(PassedAsync(((ValueTask<IReadOnlyList<ClaimedProcess>>)call()!).AsTask(), claimed => claimed.Count > 0));

        Pass();
        return targetMethod.Name == nameof(IProcessStore.AddAllAsync)
            ? new ValueTask<AddOutcome>(PassedAsync(((ValueTask<AddOutcome>)call()!).AsTask(), _ => true))
            : new ValueTask<bool>(PassedAsync(((ValueTask<bool>)call()!).AsTask(), _ => true));
    }

    private async Task<T> PassedAsync<T>(Task<T> task, Func<T, bool> isStep)
    {
        var result = await task;
        if (isStep(result))
            Pass();
        return result;
    }

    private void Pass()
    {
        if (Interlocked.Increment(ref _steps) == _killAt)
            Process.GetCurrentProcess().Kill();
    }
}
