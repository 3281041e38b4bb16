using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;

namespace SampleSite.Airports;

/// <summary>The list that the last import left, in a table of the site's own.</summary>
public sealed class AirportList(DbContextOptions<AirportList> options) : DbContext(options)
{
    public DbSet<ListedAirport> Airports => Set<ListedAirport>();

    /// <summary>Creates the table where there is none. Several nodes may start at once.</summary>
    public async Task CreateAsync()
    {
        await using var transaction = await Database.BeginTransactionAsync();
        if (Database.IsNpgsql())
            await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('airport_list'))");
        await Database.ExecuteSqlAsync($"""CREATE TABLE IF NOT EXISTS airport_list ("Code" text PRIMARY KEY, "Name" text NOT NULL, "City" text NOT NULL, "State" text NOT NULL)""");
        await transaction.CommitAsync();
    }

    /// <summary>Puts these in the place of all others. Nobody sees it before the transaction around it is committed.</summary>
    public async Task ReplaceAsync(IEnumerable<AirportRow> rows, CancellationToken cancellationToken)
    {
        await Airports.ExecuteDeleteAsync(cancellationToken);
        Airports.AddRange(rows.Select(row => new ListedAirport { Code = row.Code, Name = row.Name, City = row.City, State = row.State }));
        await SaveChangesAsync(cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<ListedAirport>().ToTable("airport_list");
}

public sealed class ListedAirport
{
    [Key]
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string City { get; init; }

    public required string State { get; init; }
}
