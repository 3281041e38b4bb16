using Microsoft.AspNetCore.DataProtection;

namespace AsyncViews.PostgreSql;

/// <summary>The settings of the PostgreSQL store.</summary>
public sealed class PostgreSqlOptions
{
    /// <summary>
    /// Protects the store's key ring, which is kept in the database, with a certificate or another protector that every node has:
    /// <c>keys => keys.ProtectKeysWithCertificate(certificate)</c>. The default is null: the ring is plain text, a dump of the
    /// database reveals all content, and a warning at startup says so.
    /// </summary>
    public Action<IDataProtectionBuilder>? ProtectKeys { get; set; }
}
