using AsyncViews.Sqlite;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Tests.Storage;

/// <content>How the list of an owner is found.</content>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task List_OfAnOwner_IsReadFromItsIndexInOrder()
    {
        await AddedAsync();
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {ProcessTable.ListStatement}";
        command.Parameters.AddWithValue("$owner", "ann");
        command.Parameters.AddWithValue("$count", 50);
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
            steps.Add(reader.GetString(3));

        steps.ShouldHaveSingleItem().ShouldContain("USING INDEX kept_of_owner (owner=?)");
    }
}
