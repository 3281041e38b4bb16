namespace AsyncViews.Storage;

/// <summary>A store whose tables somebody else may have to create, since the application may not. The command <c>schema</c> prints the script.</summary>
public interface IScriptedStore
{
    /// <summary>Writes a script that creates the tables, or updates those of an earlier release; a comment if there is nothing to do. The store need not be open.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be used. The message says what to do.</exception>
    Task<string> DescribeSchemaAsync(CancellationToken cancellationToken = default);
}
