using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>The messages to a run: those that it is told of come at once, the others at the next look.</summary>
internal sealed class RunMessages(IProcessStore store, LiveProcess live, TimeProvider time, SafeLogger<ProcessRunner> logger) : IAsyncEnumerable<ProcessMessage>
{
    /// <summary>A node may have died before it could tell of a message.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    private readonly LogPace _pace = new(time);

    public async IAsyncEnumerator<ProcessMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live.Token);
        var (handled, told) = (0L, 0L);
        try
        {
            while (true)
            {
                // Asked for before the reading, so that no message is lost between the two.
                var sent = live.MessageSent;
                var messages = await ReadAsync(handled, either.Token);
                told = messages is null ? told : handled;
                foreach (var message in messages ?? [])
                {
                    yield return new ProcessMessage(message.Content, message.SentAt);
                    handled = message.Number;
                    either.Token.ThrowIfCancellationRequested();
                }

                if (messages is null or [])
                {
                    await sent.WaitAsync(messages is null ? StorePatience.RetryDelay : LookAgain, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    either.Token.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            // However the loop ends, the next one does not begin with what this one has handled.
            if (handled > told)
                await ForgetAsync(handled);
        }
    }

    /// <summary>Reads what follows the handled messages, which the store forgets with that. Null if it cannot be asked.</summary>
    private async Task<IReadOnlyList<StoredMessage>?> ReadAsync(long handled, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await store.ReadMessagesAsync(live.Id, live.Fence, handled, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            if (_pace.IsDue())
                Log.MessagesNotRead(logger, live.Id, StorePatience.RetryDelay, exception);
            return null;
        }
    }

    private async Task ForgetAsync(long handled)
    {
        try
        {
            await store.ReadMessagesAsync(live.Id, live.Fence, handled, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The loop ends as it does, whatever becomes of this.
            Log.MessagesNotForgotten(logger, live.Id, exception);
        }
    }
}
