using System.Threading.Channels;
using AsyncViews.Storage;
using Microsoft.Extensions.Logging;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>
/// Tells the other nodes what this one has committed: at most one message for each moment, outside of the transactions. A
/// notification inside would make every commit of the database wait for the one before.
/// </summary>
internal sealed class Announcer : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly Database _database;
    private readonly Channel _channel;
    private readonly ILogger _logger;
    private readonly Channel<ProcessChange> _changes = System.Threading.Channels.Channel.CreateUnbounded<ProcessChange>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _announcing;

    public Announcer(Database database, Channel channel, ILogger logger)
    {
        (_database, _channel, _logger) = (database, channel, logger);
        using (ExecutionContext.SuppressFlow())
            _announcing = Task.Run(AnnounceAllAsync);
    }

    public void Announce(IReadOnlyList<ProcessChange> changes)
    {
        foreach (var change in changes)
            _changes.Writer.TryWrite(change);
    }

    /// <summary>Announces changes with the commit of the transaction that the connection is in.</summary>
    public async Task AnnounceInAsync(Statements db, IReadOnlyList<ProcessChange> changes)
    {
        foreach (var message in _channel.Write(changes))
            await db.ExecuteAsync("SELECT pg_notify($1, $2)", Text(_channel.Name), Text(message));
    }

    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _announcing;
    }

    private async Task AnnounceAllAsync()
    {
        List<ProcessChange> batch = [];
        while (await _changes.Reader.WaitToReadAsync())
        {
            while (_changes.Reader.TryRead(out var change))
                batch.Add(change);
            try
            {
                await _database.RunAsync(async db =>
                {
                    await AnnounceInAsync(db, batch);
                    return true;
                });
                batch.Clear();
            }
            catch (StoreUnavailableException exception)
            {
                PostgreSqlLog.NotAnnounced(_logger, exception);
                batch = [new ProcessChange(ProcessChangeKind.Unknown)];
            }

            await Task.Delay(Moment);
        }
    }
}
