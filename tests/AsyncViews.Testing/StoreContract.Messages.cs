using System.Text;
using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>The messages to a live process: kept in order until they are handled, and no longer than it lives.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public async Task Send_ToALiveProcess_IsReadInOrderUntilItIsHandled()
    {
        var (id, other) = (await AddedAsync(), await AddedAsync());
        (await SendAsync(id, "while it waits")).ShouldBe(SendOutcome.Sent);
        await ClaimedAsync(id);
        await ClaimedAsync(other);
        (await SendAsync(other, "to another")).ShouldBe(SendOutcome.Sent);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await SendAsync(id, "while it runs ☕")).ShouldBe(SendOutcome.Sent);

        var messages = await Store.ReadMessagesAsync(id, 1, 0);

        messages.Select(TextOf).ShouldBe(["while it waits", "while it runs ☕"]);
        messages.Select(message => message.SentAt).ShouldBe([Now.AddMinutes(-1), Now]);
        messages.Select(message => message.Number).ShouldBeInOrder();
        (await ReadTextsAsync(id, 0)).Count.ShouldBe(2, "nothing is handled so far");
        (await ReadTextsAsync(id, messages[0].Number)).ShouldBe(["while it runs ☕"]);
        (await ReadTextsAsync(id, 0)).ShouldBe(["while it runs ☕"]);
        (await ReadTextsAsync(id, messages[1].Number)).ShouldBeEmpty();
        await SendAsync(id, "one more");
        (await ReadTextsAsync(id, messages[1].Number)).ShouldBe(["one more"]);
        (await ReadTextsAsync(other, 0)).ShouldBe(["to another"]);
    }

    [Fact]
    public async Task Send_ToWhatHasEndedOrIsUnknown_IsRefused()
    {
        var (succeeded, canceled, removed) = (await AddedAsync(), await AddedAsync(), await AddedAsync());
        await SucceededAsync(succeeded);
        await Store.RequestCancelAsync(canceled);
        await Store.RemoveAsync(removed);

        (await SendAsync(succeeded, "late")).ShouldBe(SendOutcome.AlreadyEnded);
        (await SendAsync(canceled, "late")).ShouldBe(SendOutcome.AlreadyEnded);
        (await SendAsync(removed, "late")).ShouldBe(SendOutcome.NotFound);
        (await SendAsync(ProcessId.New(), "lost")).ShouldBe(SendOutcome.NotFound);
    }

    [Fact]
    public async Task Send_AboveTheLimit_IsRefusedUntilOneIsHandled()
    {
        Options.MaxUnreadMessages = 2;
        var id = await AddedAsync();
        await ClaimedAsync(id);
        await SendAsync(id, "1");
        await SendAsync(id, "2");

        (await SendAsync(id, "3")).ShouldBe(SendOutcome.TooMany);

        await Store.ReadMessagesAsync(id, 1, (await Store.ReadMessagesAsync(id, 1, 0))[0].Number);
        (await SendAsync(id, "3")).ShouldBe(SendOutcome.Sent);
        (await ReadTextsAsync(id, 0)).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Messages_OfAnotherAttempt_AreThoseThatWereNotHandled()
    {
        var id = await AddedAsync(process => process with { Terms = new() { MaxAttempts = 3 } });
        await ClaimedAsync(id);
        foreach (var text in (string[])["1", "2", "3"])
            await SendAsync(id, text);
        await Store.ReadMessagesAsync(id, 1, (await Store.ReadMessagesAsync(id, 1, 0))[0].Number);
        await Store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now });
        await ClaimedAsync(id);

        (await Store.ReadMessagesAsync(id, 1, 0)).ShouldBeEmpty("another run is the current one");
        (await Store.ReadMessagesAsync(id, 2, 0)).Select(TextOf).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Send_ByManyAtOnce_KeepsEveryMessageInOrder()
    {
        var id = await AddedAsync();
        await ClaimedAsync(id);
        List<string> read = [];
        var after = 0L;

        var sending = Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            foreach (var number in Enumerable.Range(0, 30))
                (await SendAsync(id, $"{sender} {number:00}")).ShouldBe(SendOutcome.Sent);
        })));
        while (read.Count < 240)
        {
            foreach (var message in await Store.ReadMessagesAsync(id, 1, after))
            {
                read.Add(TextOf(message));
                after = message.Number;
            }

            if (sending.IsFaulted)
                await sending;
        }

        await sending;
        read.Count.ShouldBe(240);
        foreach (var ofSender in read.GroupBy(text => text[0]))
            ofSender.ShouldBeInOrder();
    }

    private async Task<SendOutcome> SendAsync(ProcessId id, string text) => await Store.SendAsync(id, Encoding.UTF8.GetBytes(text));

    private async Task<List<string>> ReadTextsAsync(ProcessId id, long after) => [.. (await Store.ReadMessagesAsync(id, 1, after)).Select(TextOf)];

    private static string TextOf(StoredMessage message) => Encoding.UTF8.GetString(message.Content.Span);
}
