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

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly ChangeChannel _channel;
    private readonly ILogger _logger;
    private readonly Channel<ProcessChange> _changes = Channel.CreateUnbounded<ProcessChange>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _announcing;

    public Announcer(Database database, ChangeChannel channel, ILogger logger)
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

    /// <summary>Announces changes with the commit of somebody else's transaction: this node does not know when that is, and hears them, too.</summary>
    public Task AnnounceInAsync(Statements db, ProcessChange change) => SendAsync(db, _channel.Write([change], isForAll: true));

    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _announcing;
    }

    private async Task AnnounceAllAsync()
    {
        List<ProcessChange> batch = [];
        var isAway = false;
        while (await _changes.Reader.WaitToReadAsync())
        {
            while (_changes.Reader.TryRead(out var change))
                batch.Add(change);
            var pause = Moment;
            try
            {
                await _database.RunAsync(async db =>
                {
                    await SendAsync(db, _channel.Write(batch));
                    return true;
                });
                isAway = false;
            }
            catch (Exception exception)
            {
                // Whatever it was, the others ask for everything once they hear of it. It is tried every second, and said once.
                if (!isAway)
                    PostgreSqlLog.NotAnnounced(_logger, exception);
                isAway = true;
                _changes.Writer.TryWrite(new ProcessChange(ProcessChangeKind.Unknown));
                pause = RetryDelay;
            }

            batch.Clear();
            await Task.Delay(pause);
        }
    }

    private async Task SendAsync(Statements db, IEnumerable<string> messages)
    {
        foreach (var message in messages)
            await db.ExecuteAsync("SELECT pg_notify($1, $2)", Text(_channel.Name), Text(message));
    }
}
