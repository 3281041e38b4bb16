using AsyncViews.Testing;

namespace AsyncViews.Tests.Storage;

/// <summary>The SQLite store keeps its rules over kills.</summary>
public sealed class SqliteKillTests : KillContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-kill-");

    public void Dispose() => _folder.Delete(recursive: true);

    protected override Task<string> CreatePlaceAsync() => Task.FromResult($"Data Source={_folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName}/jobs.db");

    protected override void Use(AsyncViewsBuilder builder, string place) => builder.UseSqlite(place);
}
