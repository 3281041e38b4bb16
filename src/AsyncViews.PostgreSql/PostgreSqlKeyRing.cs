using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.PostgreSql;

/// <summary>A key ring of Data Protection in the database.</summary>
/// <param name="source">The connections.</param>
/// <param name="ring">The name of the ring.</param>
internal sealed class PostgreSqlKeyRing(NpgsqlDataSource source, string ring) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = source.OpenApart();

        // Data Protection looks for keys before the store has created its tables.
        using var exists = new NpgsqlCommand("SELECT to_regclass('asyncviews_keys') IS NOT NULL", connection);
        if (exists.ExecuteScalar() is not true)
            return [];

        using var command = new NpgsqlCommand("SELECT xml FROM asyncviews_keys WHERE ring = $1 ORDER BY id", connection) { Parameters = { Text(ring) } };
        using var reader = command.ExecuteReader();
        List<XElement> elements = [];
        while (reader.Read())
            elements.Add(XElement.Parse(reader.GetString(0)));
        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = source.OpenApart();
        using var command = new NpgsqlCommand("INSERT INTO asyncviews_keys (ring, name, xml) VALUES ($1, $2, $3)", connection)
        {
            Parameters = { Text(ring), Text(friendlyName), Text(element.ToString(SaveOptions.DisableFormatting)) },
        };
        command.ExecuteNonQuery();
    }
}
