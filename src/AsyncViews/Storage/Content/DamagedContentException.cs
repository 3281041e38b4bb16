namespace AsyncViews.Storage;

/// <summary>
/// Stored content is damaged or missing. This is no <see cref="IOException"/> or <see cref="InvalidDataException"/>, since model
/// binding would take those for a bad form, and the run would begin with half of the submission.
/// </summary>
public sealed class DamagedContentException(string message, Exception? innerException = null) : StoreException(message, innerException);
