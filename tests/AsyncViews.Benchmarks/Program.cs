using System.Globalization;
using AsyncViews.Benchmarks;
using AsyncViews.Benchmarks.Inside;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Measures;
using AsyncViews.Benchmarks.Server;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["server", ..]:
        await BenchmarkServer.RunAsync(ServerOptions.Parse(args));
        return 0;

    case ["spin"]:
        await BusyCore.SpinAsync();
        return 0;

    case ["load", var what]:
        return await Profiled.RunAsync(what);

    case ["against", var program, .. var kinds]:
        return await Profiled.CompareAsync(program, kinds);

    case ["inside", ..]:
        InsideBenchmarks.Run();
        return 0;
}

var only = args is ["--only", var names] ? names.Split(',') : null;
if (args.Length > 0 && only is null || only?.Except(Table.Measures.Keys).Any() == true)
{
    Console.Error.WriteLine($"Usage: [inside | load submit|durable|replay|durable-replay|poll|json|plain|jobs | against PROGRAM submit … | --only MEASURE,MEASURE…] with the measurements {string.Join(", ", Table.Measures.Keys)}");
    return 1;
}

Scratch.Make();
try
{
    await Table.PrintAsync(only ?? [.. Table.Measures.Keys]);
    return 0;
}
finally
{
    Scratch.Remove();
}
