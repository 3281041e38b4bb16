using System.Reflection;
using System.Threading.Channels;
using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Support;

/// <summary>A real store that other nodes share, of which the test is one: it changes the store itself, and says so where it wants.</summary>
public class ElsewhereStore : DispatchProxy
{
    private readonly Channel<ProcessChange> _changes = Channel.CreateUnbounded<ProcessChange>();

    /// <summary>The store as the other nodes use it.</summary>
    internal InMemoryProcessStore Shared { get; private set; } = null!;

    internal static void Install(IServiceCollection services)
    {
        services.AddSingleton<InMemoryProcessStore>();
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var store = Create<IProcessStore, ElsewhereStore>();
            ((ElsewhereStore)(object)store).Shared = provider.GetRequiredService<InMemoryProcessStore>();
            return store;
        }));
    }

    internal static ElsewhereStore Of(Site site) => (ElsewhereStore)(object)site.Services.GetRequiredService<IProcessStore>();

    internal void Say(ProcessChangeKind kind, ProcessId? id = null) => _changes.Writer.TryWrite(new ProcessChange(kind, id)).ShouldBeTrue();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IProcessStore.WatchAsync)
        ? _changes.Reader.ReadAllAsync((CancellationToken)args![0]!)
        : targetMethod.Invoke(Shared, BindingFlags.DoNotWrapExceptions, null, args, null);
}
