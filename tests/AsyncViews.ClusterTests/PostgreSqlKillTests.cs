using AsyncViews.ClusterTests.Support;
using AsyncViews.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.ClusterTests;

/// <summary>The PostgreSQL store keeps its rules over kills.</summary>
public sealed class PostgreSqlKillTests(PostgreSqlServer server) : KillContract
{
    protected override Task<string> CreatePlaceAsync() => server.CreateSchemaAsync();

    protected override void Use(AsyncViewsBuilder builder, string place) => builder.UsePostgreSql(place);
}
