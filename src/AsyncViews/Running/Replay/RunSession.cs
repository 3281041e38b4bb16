using System.Diagnostics.CodeAnalysis;
using AsyncViews.Results;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Running.Replay;

/// <summary>
/// The session as its POST had it, to be read only. Requests that come meanwhile change the real one, so what a run did to
/// it could overwrite them; TempData that lives there is written apart.
/// </summary>
internal sealed class RunSession(CapturedSession? captured) : ISession, ISessionFeature
{
    private byte[]? _tempData = captured?.Values.GetValueOrDefault(CapturedSession.TempDataKey);

    /// <summary>The changes of the run to TempData; null if it left all as it was.</summary>
    public RecordedTempData? TempData =>
        captured?.Values.GetValueOrDefault(CapturedSession.TempDataKey) is var before && before.AsSpan().SequenceEqual(_tempData)
            ? null : new RecordedTempData(before, _tempData);

    ISession ISessionFeature.Session
    {
        get => captured is not null ? this : throw new InvalidOperationException(
            "HttpContext.Session is not available in this run, since its POST had none that could be read: app.UseSession() must stand before the page, and its cache must answer.");
        set => throw CannotBeChanged();
    }

    public bool IsAvailable => true;

    public string Id => captured!.Id;

    public IEnumerable<string> Keys => captured!.Values.Keys.Where(key => key != CapturedSession.TempDataKey || _tempData is not null);

    public bool TryGetValue(string key, [NotNullWhen(true)] out byte[]? value)
    {
        value = key == CapturedSession.TempDataKey ? _tempData : captured!.Values.GetValueOrDefault(key);
        return value is not null;
    }

    public void Set(string key, byte[] value) => SetTempData(key, value);

    public void Remove(string key) => SetTempData(key, null);

    public void Clear() => throw CannotBeChanged();

    public Task LoadAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CommitAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    private void SetTempData(string key, byte[]? value) => _tempData = key == CapturedSession.TempDataKey ? value : throw CannotBeChanged();

    private static InvalidOperationException CannotBeChanged() => new(
        "HttpContext.Session cannot be changed in a run, which may end long after its POST. It is read as it was then. " +
        $"Use TempData for the next page, or a store of your own; an {nameof(ISubmissionFeature)} carries what middleware had put in place.");
}
