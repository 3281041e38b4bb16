using System.Reflection;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The site's store, of which one operation can be made to fail.</summary>
public class FailingStore : DispatchProxy
{
    private IProcessStore _store = null!;
    private volatile string? _operation;
    private Exception? _exception;

    /// <summary>Puts one around the application's store.</summary>
    public static void Install(IServiceCollection services)
    {
        var store = services.Single(service => service.ServiceType == typeof(IProcessStore)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var proxy = Create<IProcessStore, FailingStore>();
            ((FailingStore)(object)proxy)._store = (IProcessStore)ActivatorUtilities.CreateInstance(provider, store);
            return proxy;
        }));
    }

    public static void Fail(IProcessStore store, string operation, Exception exception)
    {
        var failing = (FailingStore)(object)store;
        failing._exception = exception;
        failing._operation = operation;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == _operation
        ? throw _exception!
        : targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
}
