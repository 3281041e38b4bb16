using System.Diagnostics.CodeAnalysis;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Running.Replay;

/// <summary>
/// The session as its POST had it, to be read only. Requests that come meanwhile change the real one, so what a run did to
/// it could overwrite them; TempData that lives there is written apart (<see cref="RunTempData"/>).
/// </summary>
internal sealed class RunSession(CapturedSession? captured) : ISession, ISessionFeature
{
    ISession ISessionFeature.Session
    {
        get => captured is not null ? this : throw new InvalidOperationException(
            "HttpContext.Session is not available in this run, since its POST had none that could be read: app.UseSession() must stand before the page, and its cache must answer.");
        set => throw CannotBeChanged();
    }

    public bool IsAvailable => true;

    public string Id => captured!.Id;

    public IEnumerable<string> Keys => captured!.Values.Keys;

    public bool TryGetValue(string key, [NotNullWhen(true)] out byte[]? value) => captured!.Values.TryGetValue(key, out value);

    public void Set(string key, byte[] value) => throw CannotBeChanged();

    /// <summary>Lets TempData be read: the framework takes it out of the session then.</summary>
    public void Remove(string key)
    {
        if (key != CapturedSession.TempDataKey)
            throw CannotBeChanged();
    }

    public void Clear() => throw CannotBeChanged();

    public Task LoadAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CommitAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    private static InvalidOperationException CannotBeChanged() => new(
        "HttpContext.Session cannot be changed in a run, which may end long after its POST. It is read as it was then. " +
        $"Use TempData for the next page, or a store of your own; an {nameof(ISubmissionFeature)} carries what middleware had put in place.");
}
