using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>A key ring whose keys are on the disk before anything is encrypted with them, those of a later rotation too.</summary>
internal sealed class SyncedKeyRing(DirectoryInfo folder, ILoggerFactory loggers) : FileSystemXmlRepository(folder, loggers)
{
    public override void StoreElement(XElement element, string friendlyName)
    {
        base.StoreElement(element, friendlyName);
        SyncedFolder.SyncWithFiles(Directory.FullName);
    }
}
