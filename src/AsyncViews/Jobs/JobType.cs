using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using AsyncViews.Results;
using AsyncViews.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Jobs;

/// <summary>A registered job: its name, and how it is run with arguments that are JSON.</summary>
internal abstract class JobType(ProcessType type, Type job, Type args, Type contract)
{
    public string Name { get; } = type.Name;

    public Type Job => job;

    public Type Args => args;

    /// <summary>The type that is stored with each process.</summary>
    public ProcessType ProcessType => type;

    /// <summary>The attributes of its class, then those of its RunAsync; those of base classes before those of derived ones.</summary>
    public EndpointMetadataCollection Metadata { get; } = new([.. job.GetCustomAttributes().Reverse(), .. WorkOf(job, contract).GetCustomAttributes().Reverse()]);

    public RetryOnFailureAttribute? Retry => Metadata.GetMetadata<RetryOnFailureAttribute>();

    public string? Quota => Metadata.GetMetadata<QuotaAttribute>()?.Name;

    public int MaxStarts => Metadata.GetMetadata<RerunAfterCrashAttribute>()?.MaxStarts ?? 1;

    /// <exception cref="ArgumentException">It is not a job.</exception>
    public static JobType Of(ProcessType type, Type job)
    {
        Type[] known = [typeof(IJob<>), typeof(IJob<,>)];
        var interfaces = job.GetInterfaces().Where(one => one.IsGenericType && known.Contains(one.GetGenericTypeDefinition())).ToArray();
        if (interfaces.Length != 1 || job.IsAbstract)
            throw new ArgumentException($"{job} is not a job. A job is a concrete class that implements exactly one of the interfaces IJob<TArgs> and IJob<TArgs, TResult>; this class implements {interfaces.Length}.", nameof(job));

        var types = interfaces[0].GetGenericArguments();
        var definition = types.Length == 1 ? typeof(JobType<,>) : typeof(JobType<,,>);
        return (JobType)Activator.CreateInstance(definition.MakeGenericType([job, .. types]), type)!;
    }

    /// <summary>The arguments as they are stored.</summary>
    /// <exception cref="ArgumentException">They are null, or cannot be written as JSON and read again.</exception>
    public byte[] Write(object? args)
    {
        ArgumentNullException.ThrowIfNull(args);
        try
        {
            return JobArguments.Write(args, Args);
        }
        catch (Exception exception) when (JobArguments.IsMisfit(exception))
        {
            throw new ArgumentException($"The arguments of the job {Name} cannot be written as JSON and read again: {exception.Message}", nameof(args), exception);
        }
    }

    /// <summary>The title that the job gives itself; null where it gives none.</summary>
    public abstract string? TitleOf(object args);

    public abstract Task RunAsync(IServiceProvider services, Stream args, ResponseCapture response, ProcessContext process);

    /// <exception cref="ArgumentsMisfitException">The class of the arguments has changed since they were stored.</exception>
    protected async Task<TArgs> ReadAsync<TArgs>(Stream args, CancellationToken cancellationToken)
    {
        try
        {
            return await JobArguments.ReadAsync<TArgs>(args, cancellationToken);
        }
        catch (Exception exception) when (JobArguments.IsMisfit(exception))
        {
            throw new ArgumentsMisfitException($"The stored arguments of the job {Name} do not fit {Args}, which may have changed since: {exception.Message}", exception);
        }
    }

    /// <summary>Finds the method that does its work, which may implement the interface explicitly.</summary>
    private static MethodInfo WorkOf(Type job, Type contract)
    {
        var map = job.GetInterfaceMap(contract);
        return map.TargetMethods[Array.FindIndex(map.InterfaceMethods, method => method.Name == nameof(RunAsync))];
    }
}

/// <summary>A job without a result.</summary>
internal sealed class JobType<TJob, TArgs>(ProcessType type) : JobType(type, typeof(TJob), typeof(TArgs), typeof(IJob<TArgs>)) where TJob : IJob<TArgs>
{
    public override string? TitleOf(object args) => TJob.Title((TArgs)args);

    public override async Task RunAsync(IServiceProvider services, Stream args, ResponseCapture response, ProcessContext process)
    {
        var read = await ReadAsync<TArgs>(args, process.CancellationToken);
        await services.GetRequiredService<TJob>().RunAsync(read, process, process.CancellationToken);
        response.StatusCode = StatusCodes.Status204NoContent;
    }
}

/// <summary>A job with a result.</summary>
internal sealed class JobType<TJob, TArgs, TResult>(ProcessType type) : JobType(type, typeof(TJob), typeof(TArgs), typeof(IJob<TArgs, TResult>)) where TJob : IJob<TArgs, TResult>
{
    public override string? TitleOf(object args) => TJob.Title((TArgs)args);

    public override async Task RunAsync(IServiceProvider services, Stream args, ResponseCapture response, ProcessContext process)
    {
        var read = await ReadAsync<TArgs>(args, process.CancellationToken);
        var result = await services.GetRequiredService<TJob>().RunAsync(read, process, process.CancellationToken);
        response.Headers.ContentType = MediaTypeNames.Application.Json;
        try
        {
            await JsonSerializer.SerializeAsync(response.Stream, result, JobArguments.OfResults, process.CancellationToken);
        }
        catch (Exception exception) when (JobRun.IsOfTheResult(exception, process))
        {
            var isNoJson = exception is NotSupportedException or JsonException or InvalidOperationException;
            throw new ResultNotShownException(isNoJson ? new ResultNotSerializableException(exception) : exception);
        }
    }
}
