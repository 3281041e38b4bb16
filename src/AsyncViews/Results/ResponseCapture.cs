using System.IO.Pipelines;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Results;

/// <summary>The response of a run: behaves as a server's would, and writes to a spool instead of a socket.</summary>
internal sealed class ResponseCapture : IHttpResponseFeature, IHttpResponseBodyFeature, IHttpBodyControlFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
    private readonly HeaderDictionary _headers = new();
    private Task? _started;

    public ResponseCapture(ContentSpool spool, long limit)
    {
        Spool = spool;
        Writer = PipeWriter.Create(new LimitedStream(this, limit), new StreamPipeWriterOptions(leaveOpen: true));
        Stream = new CaptureStream(this);
        Headers = _headers;
    }

    public ContentSpool Spool { get; }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; }

    public bool HasStarted => _started is not null;

    public bool AllowSynchronousIO { get; set; }

    public Stream Stream { get; }

    public PipeWriter Writer { get; }

    /// <summary>Obsolete in the framework, and part of its interface.</summary>
    public Stream Body { get => Stream; set => throw new NotSupportedException("Replace IHttpResponseBodyFeature instead."); }

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
            throw new InvalidOperationException("OnStarting cannot be set because the response has already started.");
        _starting.Push((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public void DisableBuffering()
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => _started ??= StartOnceAsync();

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await Writer.FlushAsync(cancellationToken);
        await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);
    }

    public async Task CompleteAsync()
    {
        await StartAsync();
        await Writer.CompleteAsync();
    }

    public async Task<RecordedResponse> RecordAsync()
    {
        await CompleteAsync();
        return RecordedResponse.From(StatusCode, Headers);
    }

    /// <summary>Runs what was to happen after the response, sent or not: uploads are closed here. The run's services must still be there.</summary>
    /// <returns>What went wrong in them: the work itself is done, so nothing else suffers from it.</returns>
    public async Task<IReadOnlyList<Exception>> FireCompletedAsync()
    {
        var errors = new List<Exception>();
        while (_completed.TryPop(out var completed))
        {
            try
            {
                await completed.Callback(completed.State);
            }
            catch (Exception exception)
            {
                errors.Add(exception);
            }
        }

        return errors;
    }

    private async Task StartOnceAsync()
    {
        // Headers are still set by these callbacks; the last one registered runs first, as in a server.
        while (_starting.TryPop(out var starting))
            await starting.Callback(starting.State);

        RecordedHeaders.Clean(Headers);
        _headers.IsReadOnly = true;
    }

    /// <summary>The response body as the run sees it. Everything goes through the one writer, so that order is kept.</summary>
    private sealed class CaptureStream(ResponseCapture response) : WriteOnlyStream
    {
        protected override bool AllowsSynchronousIO => response.AllowSynchronousIO;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await response.StartAsync(cancellationToken);
            await response.Writer.WriteAsync(buffer, cancellationToken);
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            await response.StartAsync(cancellationToken);
            await response.Writer.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Where the writer's bytes arrive.</summary>
    private sealed class LimitedStream(ResponseCapture response, long limit) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await response.StartAsync(cancellationToken);
            if (response.Spool.Length + buffer.Length > limit)
                throw new ResultTooLargeException(limit);

            await response.Spool.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => response.StartAsync(cancellationToken);
    }
}
