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
    /// <summary>The ring whose keys are kept in this repository, as plain text: whoever can read it can unwrap what the ring has wrapped.</summary>
    public static IDataProtectionProvider In(IXmlRepository repository)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("AsyncViews");
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = repository);
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }
}
