using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;

namespace AsyncViews.AnalyzerTests;

/// <summary>An entity in the arguments of a job gets a warning, however deep it is in them.</summary>
public sealed class JobArgumentsAnalyzerTests
{
    [Fact]
    public Task Entity_InTheArgumentsOfAJob_IsWarnedOf() => Code.ShouldBeJudgedAsync<JobArgumentsAnalyzer>("""
        using AsyncViews;
        using Microsoft.EntityFrameworkCore;

        public class Customer { public int Id { get; set; } }
        public class ShopContext(DbContextOptions options) : DbContext(options) { public DbSet<Customer> Customers => Set<Customer>(); }
        public record Letter(int CustomerId, string[] Lines);
        public record Parcel(IReadOnlyList<Customer> Customers);

        public class Desk(IJobScheduler jobs, ShopContext shop)
        {
            public async Task SendAsync(Customer customer)
            {
                await jobs.ScheduleAsync(new Letter(customer.Id, []));
                await jobs.ScheduleAsync({|AVW106:customer|});
                await jobs.ScheduleAsync({|AVW106:new Parcel([customer])|});
                await jobs.ScheduleAsync({|AVW106:shop|});
                await jobs.ScheduleSequenceAsync([new Letter(customer.Id, []), {|AVW106:customer|}]);
                await jobs.ScheduleParallelAsync(new object[] { {|AVW106:new Parcel([])|}, new Letter(2, []) }, {|AVW106:customer|});
            }
        }
        """);

    [Fact]
    public Task Entity_OfABaseContextInAnotherProject_IsWarnedOf() => Code.ShouldBeJudgedAsync<JobArgumentsAnalyzer>("""
        using AsyncViews;
        using Data;

        public class Desk(IJobScheduler jobs)
        {
            public async Task SendAsync(Customer customer)
            {
                await jobs.ScheduleAsync(new Letter(customer.Id));
                await jobs.ScheduleAsync({|AVW106:customer|});
                await jobs.ScheduleAsync({|AVW106:new Parcel(customer)|});
            }
        }
        """, otherProject: """
        using Microsoft.EntityFrameworkCore;

        namespace Data;

        public class Customer { public int Id { get; set; } }
        public record Letter(int CustomerId);
        public record Parcel(Customer Customer);
        public abstract class BaseContext : DbContext { public DbSet<Customer> Customers => Set<Customer>(); }
        public class ShopContext : BaseContext { }
        """);

    [Fact]
    public Task Entity_ThatIsNeverStored_IsLeftAlone_AndOneOfABaseIsNot() => Code.ShouldBeJudgedAsync<JobArgumentsAnalyzer>("""
        using AsyncViews;
        using Microsoft.EntityFrameworkCore;

        public class Customer { public int Id { get; set; } }
        public class ShopContext(DbContextOptions options) : DbContext(options) { public DbSet<Customer> Customers => Set<Customer>(); }
        public record struct Id<T>(int Value);
        public record Page<T>(T[] Items);
        public record Letter(Id<Customer> Customer);
        public record Shipment(Customer Customer);
        public record Parcel(int Number, Customer Customer) : Shipment(Customer);
        public class Customers : List<Customer>;

        public class Desk(IJobScheduler jobs)
        {
            public async Task SendAsync(Customer customer)
            {
                await jobs.ScheduleAsync(new Letter(new Id<Customer>(customer.Id)));
                await jobs.ScheduleAsync({|AVW106:new Parcel(7, customer)|});
                await jobs.ScheduleAsync({|AVW106:new Page<Customer>([customer])|});
                await jobs.ScheduleAsync({|AVW106:new Customers()|});
            }
        }
        """);
}
