namespace AsyncViews.Views;

/// <summary>The model of the view <c>Discard.cshtml</c>, which asks for confirmation before a process is discarded.</summary>
/// <param name="Status">The process, which has ended.</param>
/// <param name="ListAddress">The address of 'my processes', to which the form posts and its other button goes back.</param>
public sealed record DiscardViewModel(ProcessStatus Status, string ListAddress);
