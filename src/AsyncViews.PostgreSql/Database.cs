using System.Data;
using System.Globalization;
using AsyncViews.Storage;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>The connections, and what their errors mean.</summary>
internal sealed class Database(StoreSource source, TimeProvider time, TimeSpan lease)
{
    /// <summary>The number of times that a transaction is begun anew that PostgreSQL has ended in favor of another.</summary>
    private const int MaxTries = 5;

    /// <summary>A machine that is merely busy may take so long between two statements.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(2);

    /// <summary>A program that is frozen in a transaction must not keep the rows and locks of the others for longer than a beat.</summary>
    private readonly string _longestPause = ((int)(lease / 6 > LeastPause ? lease / 6 : LeastPause).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    public NpgsqlDataSource Source => source.DataSource;

    public DatabaseClock Clock { get; } = new(time);

    /// <summary>Runs statements that need no common transaction.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached just now.</exception>
    public Task<T> RunAsync<T>(Func<Statements, Task<T>> work, CancellationToken cancellationToken = default) =>
        ConnectedAsync(connection => work(source.On(connection)), cancellationToken);

    /// <summary>Runs statements that store no process and no end of one, such as readings. If they fail, neither is in doubt.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached just now.</exception>
    public Task<T> RunApartAsync<T>(Func<Statements, Task<T>> work, CancellationToken cancellationToken = default) => UndoubtedAsync(() => RunAsync(work, cancellationToken));

    /// <summary>Runs the work in a transaction, once more if PostgreSQL ended it in favor of another.</summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    public Task<T> TransactAsync<T>(Func<Statements, Task<T>> work, CancellationToken cancellationToken = default) => ConnectedAsync(async connection =>
    {
        for (var tries = 1; ; tries++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var isCommitting = false;
            try
            {
                var db = source.On(connection);
                await db.ExecuteAsync("SELECT set_config('idle_in_transaction_session_timeout', $1, true)", Parameter.Text(_longestPause));
                var result = await work(db);
                isCommitting = true;
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (Exception exception) when (!isCommitting && exception is not PostgresException && IsOfConnection(exception, connection))
            {
                throw Unused(exception);
            }
            catch (PostgresException exception) when (tries < MaxTries && exception.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                await transaction.RollbackAsync(CancellationToken.None);
            }
        }
    }, cancellationToken);

    /// <summary>Gives errors of the database the meaning that the store's contract has for them.</summary>
    public static async Task<T> GuardedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (NpgsqlException exception) when (exception is not PostgresException { SqlState: ['2', '3', ..] })
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>Runs what stores nothing by itself, such as statements in a transaction that somebody else commits. If it fails, nothing is in doubt.</summary>
    public static async Task<T> UndoubtedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await GuardedAsync(work);
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored)
        {
            throw Unused(exception.InnerException!);
        }
    }

    /// <summary>Tells whether the database or the connection to it has failed. Npgsql closes a connection that its keepalive finds broken, and refuses all commands on it from then on.</summary>
    public static bool IsOfConnection(Exception exception, NpgsqlConnection? connection) =>
        exception is NpgsqlException || (exception is InvalidOperationException && connection is { State: ConnectionState.Closed });

    /// <summary>A connection that broke may have carried the commit, but not its answer.</summary>
    public static StoreUnavailableException Unavailable(Exception exception) =>
        new($"The database could not be used: {exception.Message}", exception) { MayBeStored = exception is not PostgresException };

    /// <summary>Before a commit has begun, nothing is stored.</summary>
    private static StoreUnavailableException Unused(Exception exception) => new($"The database could not be used: {exception.Message}", exception);

    /// <exception cref="StoreUnavailableException">The database cannot be reached, so nothing can be stored.</exception>
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Source.OpenApartAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw new StoreUnavailableException($"The database could not be reached: {exception.Message}", exception);
        }
    }

    private Task<T> ConnectedAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) => GuardedAsync(async () =>
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            return await work(connection);
        }
        catch (InvalidOperationException exception) when (IsOfConnection(exception, connection))
        {
            throw Unavailable(exception);
        }
    });
}
