using System.ComponentModel.DataAnnotations;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page whose validation attributes belong to one pass of its POST, by marks of their own or of the page.</summary>
[SubmissionOnly(typeof(NamedAttribute))]
public sealed class RedeemedModel(Script script) : ScriptedModel(script)
{
    [BindProperty, Unmarked, Redeemed, Named, Late]
    public string? Voucher { get; set; }

    /// <summary>Notes each time that it is asked.</summary>
    public abstract class NotedAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
        {
            var pass = validationContext.GetRequiredService<IProcessContextAccessor>().Process is null ? "submission" : "run";
            validationContext.GetRequiredService<List<string>>().Add($"{GetType().Name} {pass}");
            return null;
        }
    }

    private sealed class UnmarkedAttribute : NotedAttribute;

    [SubmissionOnly]
    private sealed class RedeemedAttribute : NotedAttribute;

    private sealed class NamedAttribute : NotedAttribute;

    [RunOnly]
    private sealed class LateAttribute : NotedAttribute;
}
