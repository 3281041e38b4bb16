using System.Collections.Frozen;

namespace AsyncViews.Jobs;

/// <summary>The jobs that the application has registered.</summary>
internal sealed class JobTypes(IEnumerable<JobType> jobs)
{
    private readonly FrozenDictionary<ProcessType, JobType> _byProcessType = jobs.ToFrozenDictionary(job => job.ProcessType);
    private readonly FrozenDictionary<Type, JobType> _byArgs = jobs.ToFrozenDictionary(job => job.Args);

    public IReadOnlySet<ProcessType> ProcessTypes { get; } = jobs.Select(job => job.ProcessType).ToFrozenSet();

    public IEnumerable<string> Names => _byProcessType.Values.Select(job => job.Name).Order(StringComparer.Ordinal);

    /// <summary>Null where this application has no such job.</summary>
    public JobType? Find(ProcessType processType) => _byProcessType.GetValueOrDefault(processType);

    public JobType? FindByName(string name) => _byProcessType.Values.FirstOrDefault(job => job.Name == name);

    /// <exception cref="InvalidOperationException">No job takes these arguments.</exception>
    public JobType Of(Type args) => _byArgs.GetValueOrDefault(args) ?? throw new InvalidOperationException(
        $"No job takes {args}. Register one that does: builder.Services.AddAsyncViews().AddJob<YourJob>(\"its-name\"). " +
        "If the job takes a base class or an interface, specify that type: ScheduleAsync<TheBase>(args). That base must name the derived type: [JsonDerivedType(typeof(TheDerived), \"its-name\")].");
}
