using AsyncViews.Running;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running;

/// <summary>When a node may call another one's run lost.</summary>
public class ContactTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = Clock.Start();
    private readonly Contact _contact;

    public ContactTests() => _contact = new Contact(new Node(Microsoft.Extensions.Options.Options.Create(new AsyncViewsOptions { Lease = Lease })), _time);

    [Fact]
    public void Contact_ForAWholeLease_IsUnbroken()
    {
        _contact.IsUnbroken.ShouldBeFalse();
        BeatFor(TimeSpan.FromSeconds(59));
        _contact.IsUnbroken.ShouldBeFalse();
        BeatFor(TimeSpan.FromSeconds(2));
        _contact.IsUnbroken.ShouldBeTrue();
    }

    [Fact]
    public void Contact_ThatWasLost_CountsFromItsReturn()
    {
        BeatFor(Lease * 2);

        _contact.Lost();

        _contact.IsUnbroken.ShouldBeFalse();
        BeatFor(TimeSpan.FromSeconds(59));
        _contact.IsUnbroken.ShouldBeFalse();
        BeatFor(TimeSpan.FromSeconds(2));
        _contact.IsUnbroken.ShouldBeTrue();
    }

    [Fact]
    public void Contact_OfANodeThatWasFrozen_CountsFromItsReturn()
    {
        BeatFor(Lease * 2);

        _time.Advance(Lease);

        _contact.IsUnbroken.ShouldBeFalse();
        _contact.Made();
        _contact.IsUnbroken.ShouldBeFalse();
        BeatFor(TimeSpan.FromSeconds(61));
        _contact.IsUnbroken.ShouldBeTrue();
    }

    private void BeatFor(TimeSpan duration)
    {
        _contact.Made();
        for (var second = 0; second < duration.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _contact.Made();
        }
    }
}
