using AsyncViews.Storage.InMemory;

namespace AsyncViews.Tests.Storage;

/// <summary>The folders of killed processes go, those of living ones stay.</summary>
public sealed class TemporaryFolderTests
{
    [Fact]
    public void Folder_OfAProcessThatWasKilled_IsRemovedByTheNext()
    {
        var abandoned = Directory.CreateTempSubdirectory("asyncviews-memory-").FullName;
        File.WriteAllText(Path.Combine(abandoned, "in-use"), "");
        File.WriteAllText(Path.Combine(abandoned, "0123.content"), "sent");

        using var next = new TemporaryFolder();

        Directory.Exists(abandoned).ShouldBeFalse();
    }

    [Fact]
    public void Folder_OfALivingProcess_StaysAndGoesWithIt()
    {
        string folder;
        using (var living = new TemporaryFolder())
        {
            folder = living.Content.Folder;
            using var next = new TemporaryFolder();
            Directory.Exists(folder).ShouldBeTrue();
        }

        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Folders_MadeAtTheSameTime_AreLeftAloneByEachOther()
    {
        const int Together = 8;
        for (var round = 0; round < 200; round++)
        {
            using var start = new Barrier(Together);
            var folders = await Task.WhenAll(Enumerable.Range(0, Together).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return new TemporaryFolder();
                },
                TaskCreationOptions.LongRunning)));
            try
            {
                folders.Where(folder => !Directory.Exists(folder.Content.Folder)).ShouldBeEmpty();
            }
            finally
            {
                foreach (var folder in folders)
                    folder.Dispose();
            }
        }
    }
}
