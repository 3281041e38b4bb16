using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Storage.Sealing;

/// <summary>
/// A store's own key ring. The application's default ring is bound to its folder, and a release in a new one could read
/// nothing of what the store holds.
/// </summary>
public static class KeyRing
{
    /// <summary>
    /// A lifetime without an end. The store's key is wrapped once, so a later key of the ring would serve nobody. A ring that cannot be
    /// written when its key expires would open nothing.
    /// </summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365_000);

    /// <summary>The ring whose keys are kept in this repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="protect">Protects the keys in it. If null, they are plain text: whoever can read them can unwrap what the ring has wrapped.</param>
    public static IDataProtectionProvider In(IXmlRepository repository, Action<IDataProtectionBuilder>? protect = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddDataProtection().SetApplicationName("AsyncViews");
        protect?.Invoke(builder);
        services.Configure<KeyManagementOptions>(options => (options.XmlRepository, options.NewKeyLifetime) = (repository, Lifetime));
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }
}
