using System.Collections.Frozen;

namespace AsyncViews.Running;

/// <summary>Everything that this node can run: its pages and its jobs.</summary>
internal sealed class ProcessTypes(IEnumerable<IProcessWork> works)
{
    private readonly IProcessWork[] _works = [.. works];
    private readonly Lock _lock = new();
    private IReadOnlySet<ProcessType>[] _seen = [];
    private FrozenSet<ProcessType> _all = FrozenSet<ProcessType>.Empty;

    /// <summary>The types of all that can be run here.</summary>
    public FrozenSet<ProcessType> All
    {
        get
        {
            lock (_lock)
            {
                IReadOnlySet<ProcessType>[] current = [.. _works.Select(work => work.Types)];
                if (!current.SequenceEqual(_seen, ReferenceEqualityComparer.Instance))
                {
                    _seen = current;
                    _all = current.SelectMany(types => types).ToFrozenSet();
                }

                return _all;
            }
        }
    }

    /// <summary>Returns the name of the quota that processes of this type are under; null for none, and for a type that this node cannot run.</summary>
    public string? QuotaOf(ProcessType type) => _works.Select(work => work.QuotaOf(type)).FirstOrDefault(quota => quota is not null);

    /// <summary>Returns the work of processes of this type.</summary>
    /// <exception cref="InvalidOperationException">Nothing here does.</exception>
    public IProcessWork WorkOf(ProcessType type) =>
        _works.FirstOrDefault(work => work.Types.Contains(type)) ?? throw new InvalidOperationException($"This application has no page or job for {type}.");
}
