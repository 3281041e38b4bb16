namespace AsyncViews;

/// <summary>Runs the work of a page, a handler or a job without a transaction around it: it begins and commits its own.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NotTransactionalAttribute : Attribute;
