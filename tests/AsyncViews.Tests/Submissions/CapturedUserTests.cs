using System.Security.Claims;
using System.Security.Principal;
using AsyncViews.Http;
using AsyncViews.Submissions;

namespace AsyncViews.Tests.Submissions;

/// <summary>A user survives being stored, of whatever class its identities are.</summary>
public class CapturedUserTests
{
    [Fact]
    public void User_OfTheFrameworksOldClasses_IsAsItWas()
    {
        var user = new GenericPrincipal(new GenericIdentity("ann"), ["staff"]);

        var stored = Store(user);

        (stored.Identity!.IsAuthenticated, stored.Identity.Name, stored.Identity.AuthenticationType, stored.IsInRole("staff")).ShouldBe((true, "ann", nameof(GenericIdentity), true));
        Owner.OfUser(stored).ShouldBe(Owner.OfUser(user));
    }

    [Fact]
    public void User_WhoIsNotAuthenticatedButHasAType_StaysSo() =>
        Store(new GenericPrincipal(new GenericIdentity("", "Basic"), null)).Identity!.IsAuthenticated.ShouldBeFalse();

    [Fact]
    public void User_OfSeveralIdentities_KeepsAllThatTheySay()
    {
        var user = new ClaimsPrincipal(
        [
            new ClaimsIdentity([new Claim("name", "ann", ClaimValueTypes.String, "issuer") { Properties = { ["key"] = "value" } }, new Claim("group", "staff")], "Bearer", "name", "group")
            {
                Label = "first",
                BootstrapContext = "token",
                Actor = new GenericIdentity("service", "Basic"),
            },
            new ClaimsIdentity([new Claim("late", "yes")]),
        ]);

        var stored = Store(user);

        var first = stored.Identities.First();
        (first.Name, first.AuthenticationType, first.Label, first.BootstrapContext, first.Actor!.Name, first.Actor.AuthenticationType).ShouldBe(("ann", "Bearer", "first", "token", "service", "Basic"));
        (first.FindFirst("name")!.Issuer, first.FindFirst("name")!.Properties["key"], stored.IsInRole("staff")).ShouldBe(("issuer", "value", true));
        stored.Identities.Last().IsAuthenticated.ShouldBeFalse();
        stored.HasClaim("late", "yes").ShouldBeTrue();
    }

    private static ClaimsPrincipal Store(ClaimsPrincipal user) => CapturedUser.Read(CapturedUser.Write(user));
}
