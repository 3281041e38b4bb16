namespace AsyncViews.PostgreSql;

/// <summary>The first numbers of the advisory locks that the store takes. PostgreSQL keeps them apart by database.</summary>
internal static class Locks
{
    /// <summary>Held while the schema is created.</summary>
    public const int Schema = 0x41565331;

    /// <summary>Held by every node for its lifetime, with the node's number. The lock of a dead one is free.</summary>
    public const int Nodes = 0x41565332;

    /// <summary>Held while a process of an owner is added, with the hash of the owner.</summary>
    public const int Owners = 0x41565333;

    /// <summary>Held while a process is added to a lane, with the hash of the lane. Taken after the owner's.</summary>
    public const int Lanes = 0x41565334;

    /// <summary>Held by the one node that sweeps, with the hash of the schema: several applications may be in one database.</summary>
    public const int Sweep = 0x41565335;

    /// <summary>Held while processes under a quota are claimed, with the hash of its name. Several are taken in the order of their hashes.</summary>
    public const int Quotas = 0x41565336;

    /// <summary>Held while a message to a process is stored, with the hash of its id: its messages have numbers in the order of their commits.</summary>
    public const int Messages = 0x41565337;

    /// <summary>Held while a group is joined, followed or removed, with the hash of its hidden reference.</summary>
    public const int Groups = 0x41565338;

    /// <summary>Takes the lock <c>$1</c> with the hash of <c>$2</c> until the end of the transaction. It selects a boolean, as the statements that are sent with it do.</summary>
    public const string Take = "SELECT pg_advisory_xact_lock($1, hashtext($2)) IS NULL";
}
