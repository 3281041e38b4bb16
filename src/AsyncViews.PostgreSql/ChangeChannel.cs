using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AsyncViews.Storage;

namespace AsyncViews.PostgreSql;

/// <summary>The channel on which nodes tell each other what they change. One message holds many changes.</summary>
/// <param name="schema">The schema of the tables: two applications in one database have a channel each.</param>
internal sealed class ChangeChannel(string schema)
{
    /// <summary>PostgreSQL refuses messages of 8,000 bytes and more.</summary>
    private const int LongestMessage = 7900;

    /// <summary>The bytes of PostgreSQL's longest names.</summary>
    private const int LongestName = 63;

    private readonly string _sender = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];

    public string Name { get; } = NameOf(schema);

    public string Identifier => $"\"{Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Writes changes into as few messages as possible.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="isForAll">Whether this node is to hear them, too.</param>
    public IEnumerable<string> Write(IEnumerable<ProcessChange> changes, bool isForAll = false)
    {
        var sender = isForAll ? "all" : _sender;
        var message = new StringBuilder(sender);
        foreach (var change in changes.Distinct())
        {
            var text = $" {(int)change.Kind}{change.Id}";
            if (message.Length + text.Length > LongestMessage)
            {
                yield return message.ToString();
                message.Clear().Append(sender);
            }

            message.Append(text);
        }

        yield return message.ToString();
    }

    /// <summary>Reads the changes of another node. Unknown ones of a newer node are left out.</summary>
    public IEnumerable<ProcessChange> Read(string message)
    {
        var words = message.Split(' ');
        return words[0] == _sender ? [] : words.Skip(1).Select(Parse).OfType<ProcessChange>();
    }

    private static string NameOf(string schema)
    {
        var name = $"asyncviews.{schema}";
        return Encoding.UTF8.GetByteCount(name) <= LongestName ? name : $"asyncviews.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(schema)))[..32]}";
    }

    private static ProcessChange? Parse(string word)
    {
        if (word.Length == 0 || !int.TryParse(word.AsSpan(0, 1), CultureInfo.InvariantCulture, out var kind) || !Enum.IsDefined((ProcessChangeKind)kind))
            return null;

        return word.Length == 1 ? new ProcessChange((ProcessChangeKind)kind)
            : ProcessId.TryParse(word[1..], out var id) ? new ProcessChange((ProcessChangeKind)kind, id) : null;
    }
}
