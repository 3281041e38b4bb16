using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Views;

/// <summary>The model of the views <c>_Group.cshtml</c>, <c>_GroupPoll.cshtml</c> and <c>_GroupProgress.cshtml</c> under <c>/Pages/Shared/_AsyncViews/</c>, for applications that replace one.</summary>
public sealed record GroupViewModel
{
    /// <summary>The reference of the group.</summary>
    public required string Reference { get; init; }

    /// <summary>The counts of those of its processes that belong to the person who requests the page.</summary>
    public required GroupStatus Status { get; init; }

    /// <summary>The remaining time, estimated from those that have ended. Null if none has, or all have.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary><see cref="Remaining"/> in words. Null if that is null.</summary>
    /// <param name="texts">The library's texts.</param>
    public string? DescribeRemaining(IStringLocalizer<Strings> texts) => ProcessViewModel.Describe(Remaining, texts);

    /// <summary>The time until the next poll.</summary>
    public TimeSpan PollInterval { get; init; }

    /// <summary>The address that the part polls. Null if it does not: all have ended, or <c>MapJobs</c> was not called.</summary>
    public string? PollAddress { get; init; }

    /// <summary>Tells whether the line for screen readers is sent along with the progress.</summary>
    public bool Announces { get; init; }

    /// <summary>The suffix of element ids, which keeps them unique if there are several on one page.</summary>
    public string IdSuffix => $"-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Reference)).AsSpan(0, 8))}";
}
