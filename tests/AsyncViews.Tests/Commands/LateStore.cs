using System.Reflection;
using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Commands;

/// <summary>A real store on a machine so busy that what it answers is always late.</summary>
public class LateStore : DispatchProxy
{
    private IProcessStore _store = null!;

    /// <summary>A step before the store is asked for what is next.</summary>
    internal Func<Task>? Asking { get; set; }

    /// <summary>A step between an answer of <see cref="IProcessStore.ClaimNextAsync"/> and its arrival.</summary>
    internal Func<IReadOnlyList<ProcessId>, Task>? Claimed { get; set; }

    /// <summary>Puts one around the application's store.</summary>
    internal static void Install(IServiceCollection services)
    {
        services.AddSingleton<InMemoryProcessStore>();
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var store = Create<IProcessStore, LateStore>();
            ((LateStore)(object)store)._store = provider.GetRequiredService<InMemoryProcessStore>();
            return store;
        }));
    }

    internal static LateStore Of(IServiceProvider services) => (LateStore)(object)services.GetRequiredService<IProcessStore>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IProcessStore.ClaimNextAsync)
        ? new ValueTask<IReadOnlyList<ClaimedProcess>>(ClaimNextAsync(targetMethod, args)) : Pass(targetMethod, args);

    private object? Pass(MethodInfo method, object?[]? args) => method.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);

    private async Task<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(MethodInfo method, object?[]? args)
    {
        if (Asking is { } asking)
            await asking();
        var claimed = await (ValueTask<IReadOnlyList<ClaimedProcess>>)Pass(method, args)!;
        if (Claimed is { } late)
            await late([.. claimed.Select(run => run.Record.Id)]);
        return claimed;
    }
}
