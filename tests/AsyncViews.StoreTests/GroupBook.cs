namespace AsyncViews.StoreTests;

/// <summary>The groups of <see cref="DictionaryStore"/>: the members of each, in the order of their arrival.</summary>
internal sealed class GroupBook
{
    private readonly Dictionary<string, List<Entry>> _last = [];

    /// <summary>The members of the last group with this reference, without those that are gone.</summary>
    public List<Entry> MembersOf(string reference) => [.. _last.GetValueOrDefault(reference, []).Where(member => !member.Record.IsGone).OrderBy(member => member.Record.Sequence)];

    public bool IsClosed(string reference) => _last.GetValueOrDefault(reference, []) is var members && members.Exists(member => member.IsLive) && members.Exists(member => member.Record.Fence > 0);

    /// <summary>Adds a member to the last group, or to a new one if that has ended.</summary>
    public void Join(string reference, Entry added)
    {
        if (!_last.TryGetValue(reference, out var members) || !members.Exists(member => member.IsLive))
            _last[reference] = members = [];
        members.Add(added);
        added.Group = members;
    }

    /// <summary>Puts a process in the place of one that it was sent again of.</summary>
    public static void Replace(Entry old, Entry by)
    {
        if (old.Group is not { } members)
            return;

        members[members.IndexOf(old)] = by;
        (by.Group, old.Group) = (members, null);
    }
}
