namespace AsyncViews.Storage;

/// <summary>
/// What was stored is not what is there now. Not an <see cref="IOException"/> or <see cref="InvalidDataException"/>: model
/// binding would take those for a bad form, and the run would begin with half of what was sent.
/// </summary>
public sealed class DamagedContentException(string message, Exception? innerException = null) : Exception(message, innerException);
