using AsyncViews.Storage;
using AsyncViews.Testing;

namespace AsyncViews.StoreTests;

/// <summary>A store of somebody else's keeps the contract.</summary>
public class DictionaryStoreTests : StoreContract
{
    protected override IProcessStore Create(AsyncViewsOptions options, TimeProvider time)
    {
        var store = new DictionaryStore(options, time);
        store.OpenAsync("node").AsTask().GetAwaiter().GetResult();
        return store;
    }
}
