using System.Threading.Channels;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;

namespace AsyncViews.PostgreSql;

/// <summary>Commits units of work, and tells the other nodes afterwards.</summary>
internal sealed class Transactions(Database database, Load load, DueTimes dueTimes, Announcer announcer, Vault vault, TimeSpan retention)
{
    /// <summary>The processes that were released or ended together with others, as they are committed.</summary>
    public Channel<ProcessChange> Followers { get; } = Channel.CreateUnbounded<ProcessChange>();

    /// <summary>Runs the work in a transaction, and returns when that is committed.</summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public async Task<T> RunAsync<T>(Func<UnitOfWork, Task<T>> work)
    {
        UnitOfWork? unit = null;
        var result = await database.TransactAsync(db => work(unit = Begin(db)));
        Committed(unit!);
        return result;
    }

    /// <summary>Runs a single statement, which is a transaction by itself.</summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public async Task<T> RunAloneAsync<T>(Func<UnitOfWork, Task<T>> work)
    {
        UnitOfWork? unit = null;
        var result = await database.RunAsync(db => work(unit = Begin(db)));
        Committed(unit!);
        return result;
    }

    /// <summary>Begins the work in a transaction of somebody else's.</summary>
    public UnitOfWork Begin(Statements db) => new(db, vault, database.Clock.Now, retention);

    /// <summary>Lets this node and the others know of a unit of work, once it is committed.</summary>
    public void Committed(UnitOfWork unit)
    {
        load.Change(unit.Queued, unit.QueuedBytes);
        if (unit.HasMovedTimes)
            dueTimes.Forget();
        announcer.Announce(unit.Changes);
        foreach (var follower in unit.Followers)
            Followers.Writer.TryWrite(follower);
    }
}
