using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Arguments of derived types, whose own members JSON knows only if the base names the type.</summary>
public sealed class DerivedArgumentsTests : IAsyncLifetime
{
    private Site? _site;

    private IJobScheduler Jobs => _site!.Jobs();

    public async ValueTask InitializeAsync() => _site = await Site.StartAsync(setup => setup.Services = services => services
        .AddSingleton(new JobScript()).AddAsyncViews().AddJob<ShapeJob>("shape").AddJob<DrawingJob>("drawing").AddJob<PetJob>("pet"));

    public ValueTask DisposeAsync() => _site!.DisposeAsync();

    [Fact]
    public async Task Schedule_OfWhatWouldLoseItsOwnMembers_IsRefusedWithTheMemberAndTheRemedy()
    {
        (await RefusedAsync<Shape>(new Circle { Radius = 1 })).ShouldContain($"JsonDerivedType(typeof({nameof(Circle)})");
        (await RefusedAsync(new Drawing { Frame = new Circle() })).ShouldContain("Path: $.Frame");
        (await RefusedAsync(new Drawing { Shapes = [new Shape(), new Circle()] })).ShouldContain("Path: $.Shapes");
        (await RefusedAsync(new Drawing { Named = { ["round"] = new Circle() } })).ShouldContain("Path: $.Named");

        async Task<string> RefusedAsync<T>(T args) => (await Should.ThrowAsync<ArgumentException>(() => Jobs.ScheduleAsync(args))).Message;
    }

    [Fact]
    public async Task Schedule_OfWhatLosesNothing_IsAccepted()
    {
        await Jobs.ScheduleAsync(new Shape { X = 1 });
        await Jobs.ScheduleAsync<Pet>(new Dog { Name = "Rex" });
        await Jobs.ScheduleAsync(new Drawing
        {
            Frame = new Shape(),
            Shapes = new List<Shape> { new() },
            Named = { ["square"] = new Shape() },
            Any = new Circle { Radius = 2 },
            Free = JsonSerializer.SerializeToElement(new Circle()),
        });
    }

    public class Shape
    {
        public int X { get; init; }
    }

    public sealed class Circle : Shape
    {
        public int Radius { get; init; }
    }

    public sealed class Drawing
    {
        public Shape? Frame { get; init; }

        public IReadOnlyList<Shape> Shapes { get; init; } = [];

        public Dictionary<string, Shape> Named { get; init; } = [];

        public object? Any { get; init; }

        public JsonElement? Free { get; init; }
    }

    [JsonDerivedType(typeof(Dog), "dog")]
    public abstract class Pet
    {
        public string Name { get; init; } = "";
    }

    public sealed class Dog : Pet;

    private sealed class ShapeJob(JobScript script) : IJob<Shape>
    {
        public Task RunAsync(Shape args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync("shape", process, cancellationToken);
    }

    private sealed class DrawingJob(JobScript script) : IJob<Drawing>
    {
        public Task RunAsync(Drawing args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync("drawing", process, cancellationToken);
    }

    private sealed class PetJob(JobScript script) : IJob<Pet>
    {
        public Task RunAsync(Pet args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync(args.Name, process, cancellationToken);
    }
}
