namespace AsyncViews.Storage.Sealing;

/// <summary>The end of a process as its record notes it.</summary>
/// <param name="State">The state that it ends in; Scheduled if it waits for its next attempt.</param>
/// <param name="Version">The least version that the process gets; 0 if the version only counts on.</param>
/// <param name="Status">See <see cref="SealedStatus"/>; null if the status stays as it is.</param>
/// <param name="Result">The captured response, if any.</param>
public sealed record SealedEnd(ProcessState State, long Version = 0, byte[]? Status = null, SealedResult? Result = null)
{
    /// <summary>Returns whether the end of a run is stored if its process is in this state: this end, or the success that an earlier try has stored.</summary>
    /// <param name="state">The state of the process.</param>
    public bool IsKeptIn(ProcessState state) => state == State || (state == ProcessState.Succeeded && State.IsEnded());

    /// <summary>Seals the outcome of a run with the key of its process.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="body">The body of the captured response, completed; null if there is none.</param>
    /// <param name="key">The key of the process.</param>
    public static SealedEnd Of(ProcessOutcome outcome, Content? body, RecordKey key)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new SealedEnd(outcome.State, outcome.Version, SealedStatus.Of(outcome, key), body is null ? null : SealedResult.Of(outcome.Response, body, key));
    }
}
