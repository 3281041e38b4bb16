using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>The steps that the rules are written in.</summary>
public abstract partial class StoreContract
{
    protected static NewProcess NewProcess(ContentSpool body, string owner = "ann", ProcessType? type = null, string? key = null, bool idempotent = false) => new()
    {
        Id = ProcessId.New(),
        Owner = owner,
        Type = type ?? StoreSteps.PageA,
        SubmissionKey = key,
        HasIdempotencyKey = idempotent,
        Submission = "the request"u8.ToArray(),
        Body = body,
    };

    protected async Task<AddResult> AddAsync(string owner = "ann", ProcessType? type = null, string? key = null, byte[]? body = null, bool idempotent = false)
    {
        await using var spool = await SpoolAsync(body ?? []);
        return await Store.AddAsync(NewProcess(spool, owner, type, key, idempotent));
    }

    protected async Task<ProcessId> AddedAsync(string owner = "ann", ProcessType? type = null, string? key = null, byte[]? body = null, bool idempotent = false)
    {
        var result = await AddAsync(owner, type, key, body, idempotent);
        result.Outcome.ShouldBe(AddOutcome.Added);
        return result.Id.ShouldNotBeNull();
    }

    protected async Task<ClaimedProcess> ClaimedAsync(ProcessId id) => (await Store.ClaimAsync(id)).ShouldNotBeNull();

    /// <summary>Claims it and lets it succeed with this response.</summary>
    protected async Task SucceededAsync(ProcessId id, byte[]? response = null)
    {
        var run = await ClaimedAsync(id);
        (await FinishAsync(id, run.Record.Fence, response)).ShouldBeTrue();
    }

    protected async Task<bool> FinishAsync(ProcessId id, int fence, byte[]? response = null)
    {
        await using var spool = await SpoolAsync(response ?? []);
        return await Store.FinishAsync(id, fence, new ProcessOutcome(ProcessState.Succeeded) { Response = "the headers"u8.ToArray(), Body = spool });
    }

    protected async Task<AddResult> AddAsync(Func<NewProcess, NewProcess> with)
    {
        await using var body = await SpoolAsync("sent"u8.ToArray());
        return await Store.AddAsync(with(NewProcess(body)));
    }

    /// <summary>Adds what this makes of an ordinary process.</summary>
    protected async Task<ProcessId> AddedAsync(Func<NewProcess, NewProcess> with)
    {
        var result = await AddAsync(with);
        result.Outcome.ShouldBe(AddOutcome.Added);
        return result.Id.ShouldNotBeNull();
    }

    protected async Task<StoreInspection> InspectAsync() => await Store.InspectAsync(TimeSpan.FromSeconds(60));

    /// <summary>Written in pieces of uneven size.</summary>
    protected async Task<ContentSpool> SpoolAsync(byte[] bytes)
    {
        var spool = Store.CreateContent();
        foreach (var piece in bytes.Chunk(30_011))
            await spool.WriteAsync(piece);
        return spool;
    }

    /// <summary>Every eight bytes are their own position.</summary>
    private static async Task WritePatternAsync(Stream stream, long length)
    {
        var buffer = new byte[1 << 20];
        for (var position = 0L; position < length; position += buffer.Length)
        {
            FillPattern(buffer, position);
            await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - position)));
        }
    }

    /// <summary>From a position to the end.</summary>
    private static async Task ShouldBePatternAsync(Stream stream, long position)
    {
        byte[] actual = new byte[1 << 20], expected = new byte[(1 << 20) + sizeof(long)];
        for (int count; (count = await stream.ReadAsync(actual)) > 0; position += count)
        {
            var within = (int)(position % sizeof(long));
            FillPattern(expected, position - within);
            if (!actual.AsSpan(0, count).SequenceEqual(expected.AsSpan(within, count)))
                throw new InvalidDataException($"What was read at {position} is not what was written there.");
        }

        position.ShouldBe(stream.Length);
    }

    private static void FillPattern(Span<byte> buffer, long position)
    {
        var numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(buffer);
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = position + (i * sizeof(long));
    }

    protected static byte[] SomeBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    protected static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>Without a listing of millions of bytes where they differ.</summary>
    protected static void ShouldBeEqual(byte[] actual, byte[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        actual.AsSpan().CommonPrefixLength(expected).ShouldBe(expected.Length);
    }
}
