namespace AsyncViews.Storage;

/// <summary>
/// The order between the processes of a store that keeps records. A store that keeps rows has a table for it. It does not look
/// at records itself: the store gives each end to <see cref="Settle"/>, and does what the answer says.
/// </summary>
public sealed class Succession
{
    private readonly Dictionary<ProcessId, List<Edge>> _behind = [];
    private readonly Dictionary<ProcessId, List<Edge>> _before = [];

    /// <summary>Lets a process wait for another. Returns false if it does so already.</summary>
    /// <param name="successor">The process that waits.</param>
    /// <param name="predecessor">The process that it waits for.</param>
    /// <param name="isOfGroup">Whether it waits for it as for a member of a group.</param>
    public bool Add(ProcessId successor, Predecessor predecessor, bool isOfGroup = false)
    {
        // One of them may be long, as that of a process that follows thousands, or is followed by them. It is rare that both are.
        var (before, behind) = (EdgesIn(_before, successor), EdgesIn(_behind, predecessor.Id));
        if ((before.Count < behind.Count ? before : behind).Exists(edge => edge.Successor == successor && edge.Predecessor == predecessor.Id))
            return false;

        var added = new Edge(successor, predecessor.Id, predecessor.When, isOfGroup);
        before.Add(added);
        behind.Add(added);
        return true;
    }

    /// <summary>Lists the processes that it waits or has waited for, in the order in which they were added.</summary>
    public IReadOnlyList<ProcessId> Before(ProcessId successor) => [.. _before.GetValueOrDefault(successor, []).Select(edge => edge.Predecessor)];

    /// <summary>Lists the processes that wait or have waited for it.</summary>
    public IReadOnlyList<ProcessId> Behind(ProcessId predecessor) => [.. _behind.GetValueOrDefault(predecessor, []).Select(edge => edge.Successor)];

    /// <summary>Returns whether something still waits for it: for a failed one, until it is sent again.</summary>
    public bool IsAwaited(ProcessId predecessor) => _behind.GetValueOrDefault(predecessor, []).Exists(edge => edge.IsOpen);

    /// <summary>Lists the processes that wait for it as for a member of a group.</summary>
    public IReadOnlyList<ProcessId> CompletionsOf(ProcessId member) => [.. _behind.GetValueOrDefault(member, []).Where(edge => edge.IsOfGroup).Select(edge => edge.Successor)];

    /// <summary>Takes account of the end of a process, or of the moment from which it cannot be sent again.</summary>
    /// <param name="predecessor">The process.</param>
    /// <param name="state">The state in which it ended; Canceled for one that was removed.</param>
    /// <param name="isGone">Whether it is gone, or was removed.</param>
    /// <returns>The processes that wait for it, each with true if it waits for one fewer now, and false if it can never start. Those for which nothing is decided yet are left out.</returns>
    public IReadOnlyList<(ProcessId Successor, bool IsMet)> Settle(ProcessId predecessor, ProcessState state, bool isGone)
    {
        List<(ProcessId, bool)> settled = [];
        foreach (var edge in _behind.GetValueOrDefault(predecessor, []).Where(edge => edge.IsOpen))
        {
            if (edge.When.IsMetBy(state, isGone) is not { } isMet)
                continue;

            edge.IsOpen = false;
            settled.Add((edge.Successor, isMet));
        }

        return settled;
    }

    /// <summary>Puts a process in the place of one that was sent again.</summary>
    /// <param name="old">The process that was sent again.</param>
    /// <param name="by">The process in its place.</param>
    /// <param name="isWaiting">Tells whether a process still waits for others.</param>
    /// <returns>The processes that had stopped waiting for the old one, and now wait for the new one.</returns>
    public IReadOnlyList<ProcessId> Replace(ProcessId old, ProcessId by, Func<ProcessId, bool> isWaiting)
    {
        ArgumentNullException.ThrowIfNull(isWaiting);
        List<ProcessId> waitAgain = [];
        foreach (var edge in _behind.GetValueOrDefault(old, []).Where(edge => isWaiting(edge.Successor)).ToArray())
        {
            if (!edge.IsOpen)
                waitAgain.Add(edge.Successor);
            _behind[old].Remove(edge);
            (edge.Predecessor, edge.IsOpen) = (by, true);
            EdgesIn(_behind, by).Add(edge);
        }

        if (_before.Remove(old, out var before))
        {
            before.ForEach(edge => edge.Successor = by);
            _before[by] = before;
        }

        return waitAgain;
    }

    /// <summary>Forgets the processes that a process has waited for.</summary>
    public void Forget(ProcessId successor)
    {
        if (!_before.Remove(successor, out var before))
            return;

        foreach (var edge in before)
        {
            if (_behind.TryGetValue(edge.Predecessor, out var behind) && behind.Remove(edge) && behind.Count == 0)
                _behind.Remove(edge.Predecessor);
        }
    }

    private static List<Edge> EdgesIn(Dictionary<ProcessId, List<Edge>> edges, ProcessId id)
    {
        if (!edges.TryGetValue(id, out var found))
            edges[id] = found = [];
        return found;
    }

    private sealed class Edge(ProcessId successor, ProcessId predecessor, When when, bool isOfGroup)
    {
        public ProcessId Successor { get; set; } = successor;

        public ProcessId Predecessor { get; set; } = predecessor;

        public When When => when;

        public bool IsOfGroup => isOfGroup;

        public bool IsOpen { get; set; } = true;
    }
}
