using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using AsyncViews.Testing;

namespace AsyncViews.Tests.Storage;

public class InMemoryStoreTests : StoreContract
{
    protected override IProcessStore Create(AsyncViewsOptions options, TimeProvider time) =>
        new InMemoryProcessStore(Microsoft.Extensions.Options.Options.Create(options), time);
}
