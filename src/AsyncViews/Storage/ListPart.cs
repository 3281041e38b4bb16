namespace AsyncViews.Storage;

/// <summary>A part of a list that a store reads along one index, in the order of the list: over several owners or states at once, an index would not give it.</summary>
/// <param name="Query">The query.</param>
/// <param name="Owner">The owner whose processes it finds; null for everybody's.</param>
public readonly record struct ListPart(ProcessQuery Query, string? Owner)
{
    /// <summary>Tells whether the query is for one id or reference number: at most one process fits, so that is looked for first.</summary>
    public bool IsById => Query.Id is not null || Query.Reference is not null;

    /// <summary>Tells whether an entry of metadata narrows it most: it is neither one owner's nor for an id.</summary>
    public bool IsByMetadata => Query.Metadata is not null && Owner is null && !IsById;

    /// <summary>Tells whether it is everything of one type. An index of types has that state by state.</summary>
    public bool IsOfType => Owner is null && Query is { Type: not null, State: null, Metadata: null } && !IsById;

    /// <summary>Splits a list by owner.</summary>
    /// <param name="query">What it is a list of.</param>
    /// <param name="owners">The owners whose processes it has, as the store keeps them; null for everybody's.</param>
    public static IEnumerable<ListPart> Of(ProcessQuery query, IReadOnlyCollection<string>? owners)
    {
        ArgumentNullException.ThrowIfNull(query);
        return (owners?.Distinct() ?? (IEnumerable<string?>)[null]).Select(owner => new ListPart(query, owner));
    }

    /// <summary>Splits everything of a type by state. Any other part stays whole.</summary>
    public IEnumerable<ListPart> ByState()
    {
        var whole = this;
        return IsOfType ? Enum.GetValues<ProcessState>().Select(state => whole with { Query = whole.Query with { State = state } }) : [this];
    }
}
