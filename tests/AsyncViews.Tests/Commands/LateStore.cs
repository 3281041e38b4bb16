using System.Collections;
using System.Reflection;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Commands;

/// <summary>A real store on a machine so busy that what it answers is always late.</summary>
public class LateStore : DispatchProxy
{
    private IProcessStore _store = null!;

    /// <summary>What happens between an answer of <see cref="IProcessStore.FindDueAsync"/> and its arrival.</summary>
    internal Func<IReadOnlyList<ProcessId>, Task>? Found { get; set; }

    /// <summary>What happens before a claim is made.</summary>
    internal Func<ProcessId, Task>? Claiming { get; set; }

    /// <summary>What happens after a found process was looked at, and before the next is.</summary>
    internal Func<ProcessId, Task>? LookedAt { get; set; }

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

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IProcessStore.FindDueAsync) => new ValueTask<IReadOnlyList<ProcessId>>(FindDueAsync((ValueTask<IReadOnlyList<ProcessId>>)Pass(targetMethod, args)!)),
        nameof(IProcessStore.ClaimAsync) => new ValueTask<ClaimedProcess?>(ClaimAsync((ProcessId)args![0]!, targetMethod, args)),
        _ => Pass(targetMethod, args),
    };

    private object? Pass(MethodInfo method, object?[]? args) => method.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);

    private async Task<IReadOnlyList<ProcessId>> FindDueAsync(ValueTask<IReadOnlyList<ProcessId>> answer)
    {
        var found = await answer;
        if (Found is { } late)
            await late(found);
        return LookedAt is { } lookedAt ? new LateList(found, lookedAt) : found;
    }

    private async Task<ClaimedProcess?> ClaimAsync(ProcessId id, MethodInfo method, object?[] args)
    {
        if (Claiming is { } claiming)
            await claiming(id);
        return await (ValueTask<ClaimedProcess?>)Pass(method, args)!;
    }

    private sealed class LateList(IReadOnlyList<ProcessId> found, Func<ProcessId, Task> lookedAt) : IReadOnlyList<ProcessId>
    {
        public int Count => found.Count;

        public ProcessId this[int index] => found[index];

        public IEnumerator<ProcessId> GetEnumerator()
        {
            foreach (var id in found)
            {
                yield return id;
                lookedAt(id).Soon("what is to happen meanwhile").GetAwaiter().GetResult();
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
