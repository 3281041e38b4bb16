namespace AsyncViews.Progress;

/// <summary>The measurements of a run so far, thinned out so that a long one needs no more memory than a short one.</summary>
internal sealed class ProgressTrail
{
    private const int Capacity = 64;

    private readonly Lock _lock = new();
    private readonly List<Measurement> _measurements = [];
    private TimeSpan _spacing = TimeSpan.Zero;

    public void Add(TimeSpan at, double percent)
    {
        lock (_lock)
        {
            // It began anew: what was before says nothing any more.
            if (_measurements is [.., var last] && percent < last.Percent)
                _measurements.Clear();

            // The newest one is always kept, the others at their spacing.
            if (_measurements.Count >= 2 && at - _measurements[^2].At < _spacing)
                _measurements.RemoveAt(_measurements.Count - 1);
            _measurements.Add(new Measurement(at, percent));

            if (_measurements.Count > Capacity)
            {
                _spacing = at / (Capacity / 2);
                ThinOut();
            }
        }
    }

    public IReadOnlyList<Measurement> Read()
    {
        lock (_lock)
            return [.. _measurements];
    }

    private void ThinOut()
    {
        var kept = _measurements.Where((_, index) => index % 2 == 0 || index == _measurements.Count - 1).ToArray();
        _measurements.Clear();
        _measurements.AddRange(kept);
    }
}
