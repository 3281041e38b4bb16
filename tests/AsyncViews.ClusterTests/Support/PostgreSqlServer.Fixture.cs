namespace AsyncViews.ClusterTests.Support;

/// <summary>One server for all tests.</summary>
public sealed partial class PostgreSqlServer : IAsyncLifetime;
