using System.ComponentModel;
using System.Runtime.Versioning;
using System.Security.Claims;
using System.Security.Principal;

namespace AsyncViews.Submissions;

/// <summary>
/// A user as it is stored: what its identities say of themselves. Classes of the framework and of applications keep some of
/// that apart from their claims, and <see cref="ClaimsPrincipal.WriteTo(BinaryWriter)"/> writes only those.
/// </summary>
internal static class CapturedUser
{
    public static byte[] Write(ClaimsPrincipal user)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            new ClaimsPrincipal(user.Identities.Select(Plain)).WriteTo(writer);
        return bytes.ToArray();
    }

    public static ClaimsPrincipal Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return new ClaimsPrincipal(reader);
    }

    private static ClaimsIdentity Plain(ClaimsIdentity identity)
    {
        var claims = OperatingSystem.IsWindows() && identity is WindowsIdentity user ? [.. user.Claims, .. NamesOfGroups(user)] : identity.Claims;
        return new ClaimsIdentity(claims, TypeOf(identity), identity.NameClaimType, identity.RoleClaimType)
        {
            Label = identity.Label,
            Actor = identity.Actor is { } actor ? Plain(actor) : null,
            BootstrapContext = identity.BootstrapContext,
        };
    }

    /// <summary>The authentication type. A plain identity is authenticated if it has one, and only then.</summary>
    private static string? TypeOf(ClaimsIdentity identity) =>
        !identity.IsAuthenticated ? null : string.IsNullOrEmpty(identity.AuthenticationType) ? identity.GetType().Name : identity.AuthenticationType;

    /// <summary>The roles of pages name groups, and the claims contain only their SIDs. Only Windows can tell one from the other.</summary>
    [SupportedOSPlatform("windows")]
    private static IEnumerable<Claim> NamesOfGroups(WindowsIdentity user)
    {
        try
        {
            return user.Groups?.Translate(typeof(NTAccount)).Select(group => new Claim(user.RoleClaimType, group.Value)) ?? [];
        }
        catch (Exception exception) when (exception is Win32Exception or UnauthorizedAccessException)
        {
            // The names cannot be looked up just now. The SIDs are among the claims.
            return [];
        }
    }
}
