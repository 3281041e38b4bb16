using Microsoft.EntityFrameworkCore;

namespace AsyncViews.EntityFrameworkTests.Support;

/// <summary>The application's own tables.</summary>
public sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Item> Items => Set<Item>();

    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Item>().ToTable("shop_items");
        var orders = modelBuilder.Entity<Order>().ToTable("shop_orders");
        orders.HasKey(order => order.Number);
        orders.Property(order => order.Number).ValueGeneratedNever();
    }
}

/// <summary>A second context of the same tables, with a connection of its own.</summary>
public sealed class Archive(DbContextOptions<Archive> options) : DbContext(options)
{
    public DbSet<Item> Items => Set<Item>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Item>().ToTable("shop_archive");
}

/// <summary>A row that a run writes.</summary>
public sealed class Item
{
    public int Id { get; set; }

    public required string Owner { get; set; }

    public string Name { get; set; } = "";
}

/// <summary>A row that is written together with the schedule of its run.</summary>
public sealed class Order
{
    public int Number { get; set; }

    public required string Process { get; set; }
}
