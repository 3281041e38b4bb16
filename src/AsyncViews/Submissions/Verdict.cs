using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AsyncViews.Submissions;

/// <summary>The errors that the submission found. They hold in the run, in which binding, validation and filters are asked again.</summary>
internal sealed record Verdict
{
    public static readonly Verdict Valid = new();

    /// <summary>The messages after model binding and validation, by key.</summary>
    public Dictionary<string, string[]> Bound { get; init; } = [];

    /// <summary>The messages with which it was let run, by key: filters and the page itself may have added some, and taken some away.</summary>
    public Dictionary<string, string[]> Final { get; init; } = [];

    public bool IsValid => Bound.Count == 0 && Final.Count == 0;

    public static Dictionary<string, string[]> ErrorsOf(ModelStateDictionary state) => state.ErrorCount == 0 ? [] : state
        .Where(entry => entry.Value!.Errors.Count > 0)
        .ToDictionary(entry => entry.Key, entry => entry.Value!.Errors.Select(error => error.ErrorMessage).ToArray());

    /// <summary>Leaves in a run's ModelState exactly the errors with which the submission was let run.</summary>
    public void ApplyTo(ModelStateDictionary state)
    {
        var found = ErrorsOf(state);
        foreach (var (key, messages) in found)
        {
            if (!Final.TryGetValue(key, out var wanted) || !wanted.SequenceEqual(messages))
                MakeValid(state, key);
        }

        foreach (var (key, messages) in Final)
        {
            if (found.TryGetValue(key, out var same) && same.SequenceEqual(messages))
                continue;

            foreach (var message in messages)
                state.TryAddModelError(key, message);
        }
    }

    /// <summary>Removes the errors of a field. What was typed into it stays.</summary>
    private static void MakeValid(ModelStateDictionary state, string key)
    {
        var (raw, attempted) = (state[key]!.RawValue, state[key]!.AttemptedValue);
        state.Remove(key);
        if (raw is null && attempted is null)
            return;

        state.SetModelValue(key, raw, attempted);
        state.MarkFieldValid(key);
    }
}
