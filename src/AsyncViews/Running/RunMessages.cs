using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>The messages to a run: those that it is told of come at once, the others at the next look.</summary>
internal sealed class RunMessages(IProcessStore store, LiveProcess live, TimeProvider time, SafeLogger<ProcessRunner> logger) : IAsyncEnumerable<ProcessMessage>
{
    /// <summary>A node may have died before it could tell of a message.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerator<ProcessMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, live.Token);
        var handled = 0L;
        while (true)
        {
            // Asked for before the reading, so that no message is lost between the two.
            var sent = live.MessageSent;
            var (messages, wait) = await ReadAsync(handled, either.Token);
            foreach (var message in messages)
            {
                yield return new ProcessMessage(message.Content, message.SentAt);
                either.Token.ThrowIfCancellationRequested();
                handled = message.Number;
            }

            if (messages.Count == 0)
            {
                await sent.WaitAsync(wait, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                either.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<(IReadOnlyList<StoredMessage> Messages, TimeSpan Wait)> ReadAsync(long handled, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (await store.ReadMessagesAsync(live.Id, live.Fence, handled, cancellationToken), LookAgain);
        }
        catch (StoreUnavailableException exception)
        {
            Log.MessagesNotRead(logger, live.Id, RetryDelay, exception);
            return ([], RetryDelay);
        }
    }
}
