namespace AsyncViews.Results;

/// <summary>A run wrote more than <see cref="AsyncViewsOptions.MaxResultBytes"/>.</summary>
internal sealed class ResultTooLargeException(long limit) : IOException($"The response is larger than the {limit} bytes that AsyncViewsOptions.MaxResultBytes allows.");
