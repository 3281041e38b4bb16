namespace AsyncViews.Storage;

/// <summary>The store cannot do what it was asked for: it is away, or what it holds is damaged.</summary>
public abstract class StoreException : Exception
{
    private protected StoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
