namespace AsyncViews.Views;

/// <summary>The model of the view <c>NotDone.cshtml</c>, which says why a button did nothing, and has the same button once more.</summary>
/// <param name="Name">The name of the process.</param>
/// <param name="Problem">The reason.</param>
/// <param name="Action">The text of the button.</param>
/// <param name="Form">The address that the button posts to.</param>
/// <param name="Back">The address of the process.</param>
public sealed record NotDoneViewModel(string Name, string Problem, string Action, string Form, string Back);
