using AsyncViews.Sqlite;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Storage;

/// <summary>The arguments that UseSqlite takes, and those that it refuses at once.</summary>
public class SqliteLocationTests
{
    [Theory]
    [InlineData(null, "App_Data/asyncviews.db")]
    [InlineData("Data Source=x.db", "x.db")]
    [InlineData("DataSource=x.db;Mode=ReadWriteCreate;Pooling=True", "x.db")]
    [InlineData("Filename = /data/x.db ;", "/data/x.db")]
    [InlineData("Data Source=/data/a=b.db", "/data/a=b.db")]
    [InlineData("/data/x.db", "/data/x.db")]
    [InlineData("my folder/x.db", "my folder/x.db")]
    [InlineData("x", "x")]
    public void FileOf_APathOrAConnectionString_IsTheFile(string? given, string file) => SqliteLocation.FileOf(given).ShouldBe(file);

    [Theory]
    [InlineData("", "names no file")]
    [InlineData("  ", "names no file")]
    [InlineData("Data Source=", "names no file")]
    [InlineData("Pooling=True", "names no file")]
    [InlineData(":memory:", "Leave UseSqlite() out")]
    [InlineData("Data Source=:memory:", "Leave UseSqlite() out")]
    [InlineData("Data Source=x.db;Mode=Memory", "Leave UseSqlite() out")]
    [InlineData("Data Source=x;Mode=Memory;Cache=Shared", "Leave UseSqlite() out")]
    [InlineData("Data Source=x.db;Mode=ReadOnly", "The store has to write")]
    [InlineData("Data Source=x.db;Mode=ReadWrite", "does not support Mode")]
    [InlineData("Data Source=x.db;Password=hunter2", "encrypts its secrets itself")]
    [InlineData("Data Source=x.db;Pooling=False", "does not support Pooling")]
    [InlineData("Data Source=x.db;Default Timeout=60", "does not support Default Timeout")]
    [InlineData("Data Source=file:x.db?mode=memory", "is a URI")]
    [InlineData("file:x.db", "is a URI")]
    [InlineData("Data Source=|DataDirectory|x.db", "is not replaced")]
    [InlineData("~/x.db", "begins with a tilde")]
    [InlineData("/data/", "is a folder")]
    [InlineData("Server=db;Database=x;Password=hunter2", "cannot read its connection string")]
    [InlineData("/data/a=b.db", "Write Data Source=")]
    [InlineData("Data Source=x.db;Mode=Sometimes", "cannot read its connection string")]
    public void FileOf_WhatTheStoreDoesNotDo_IsRefusedWithWhatIsMeant(string given, string message)
    {
        var exception = Should.Throw<ArgumentException>(() => new ServiceCollection().AddAsyncViews().UseSqlite(given));

        exception.Message.ShouldContain(message);
        exception.Message.ShouldNotContain("hunter2");
        exception.Message.ShouldNotContain("..");
        exception.Message.ShouldNotContain("'.'");
    }

    [Theory]
    [InlineData("x.db", "/app/x.db", true)]
    [InlineData("/data/x.db", "/data/x.db", false)]
    public void Of_APath_BeginsInTheContentRoot(string file, string path, bool follows) =>
        SqliteLocation.Of(file, "/app").ShouldBe(new SqliteLocation(path, follows));

    [Fact]
    public async Task Start_WithARelativePath_SaysWhereItLedAndHowToFixThePlace()
    {
        var folder = Directory.CreateTempSubdirectory("asyncviews-location-");
        using var log = new LogCollector();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder.FullName });
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddAsyncViews().UseSqlite();
        using (var host = builder.Build())
        {
            await host.StartAsync();
            await host.StopAsync();
        }

        var message = log.Entries.Single(entry => entry.Message.StartsWith("Processes are kept in ")).Message;
        message.ShouldContain($"{folder.FullName}/App_Data/asyncviews.db");
        message.ShouldContain("give UseSqlite() an absolute path");
        folder.Delete(recursive: true);
    }

    [Fact]
    public void UseSqlite_Twice_IsRefused()
    {
        var builder = new ServiceCollection().AddAsyncViews().UseSqlite();

        Should.Throw<InvalidOperationException>(() => builder.UseSqlite("x.db")).Message.ShouldContain("called twice");
    }

    [Fact]
    public void UseSqlite_BesideAnotherStore_IsRefused()
    {
        var builder = new ServiceCollection().AddAsyncViews().UseSqlite();
        var other = ServiceDescriptor.Singleton<IProcessStore>(_ => throw new NotSupportedException());

        Should.Throw<InvalidOperationException>(() => builder.UseStore(other, "UseOther()")).Message.ShouldContain("UseSqlite() and UseOther() were called");
    }

    [Fact]
    public void UseStore_ForAnotherService_IsRefused() =>
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddAsyncViews().UseStore(ServiceDescriptor.Singleton("text"), "UseText()"));
}
