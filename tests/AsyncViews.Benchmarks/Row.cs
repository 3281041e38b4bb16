namespace AsyncViews.Benchmarks;

/// <summary>One row of the table.</summary>
/// <param name="Measure">What was measured.</param>
/// <param name="Figure">What AsyncViews came to.</param>
/// <param name="Other">What the other side came to, and which it is.</param>
/// <param name="Ratio">The one by the other.</param>
/// <param name="ToReach">The bound; empty where a figure is only reported.</param>
/// <param name="Reached">Null where there is no bound.</param>
internal sealed record Row(string Measure, string Figure, string Other, string Ratio, string ToReach, bool? Reached)
{
    public static Row Report(string measure, string figure, string other = "", string ratio = "") => new(measure, figure, other, ratio, "", null);

    public override string ToString() =>
        $"| {Measure} | {Figure} | {Other} | {Ratio} | {ToReach} | {Reached switch { true => "yes", false => "**no**", null => "" }} |";
}
