namespace AsyncViews.Tests;

public class ProcessIdTests
{
    [Fact]
    public void New_AThousandTimes_AreDistinctWellFormedAndReadBack()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => ProcessId.New()).ToArray();

        ids.Distinct().Count().ShouldBe(1000);
        ids.ShouldAllBe(id => System.Text.RegularExpressions.Regex.IsMatch(id.ToString(), "^[0-9a-hjkmnp-tv-z]{26}$"));
        ids.ShouldAllBe(id => ProcessId.Parse(id.ToString()) == id);
        ids.SelectMany(id => id.ToString()).Distinct().Count().ShouldBe(32);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdefghjkmnpqr")]
    [InlineData("0123456789abcdefghjkmnpqrst")]
    [InlineData("0123456789ABCDEFGHJKMNPQRS")]
    [InlineData("0123456789abcdefghjkmnpqri")]
    [InlineData("0123456789abcdefghjkmnpqr ")]
    [InlineData("0123456789abcdefghjkmnpqr\0")]
    public void Text_ThatIsNoId_IsNotRead(string? text)
    {
        ProcessId.TryParse(text, out var id).ShouldBeFalse();
        id.ShouldBe(default);
        Should.Throw<FormatException>(() => ProcessId.Parse(text!)).Message.ShouldStartWith("A process id consists of 26 characters");
    }

    [Fact]
    public void Id_OfBytes_FollowsFromEachOfThem() =>
        ProcessId.Of([.. Enumerable.Range(30, 27).Select(value => (byte)value)]).ToString().ShouldBe("yz0123456789abcdefghjkmnpq");

    [Fact]
    public void Reference_OfAnId_IsItsBeginningForPeople() =>
        ProcessId.Parse("k7qf3m2p00000000000000000z").Reference.ShouldBe("K7QF-3M2P");

    [Theory]
    [InlineData("K7QF-3M2P", "k7qf3m2p")]
    [InlineData("k7qf-3m2p", "k7qf3m2p")]
    [InlineData("---------", " ")]
    [InlineData("k7q-f3m2p", " ")]
    [InlineData("k7qf-3m2-", " ")]
    [InlineData("k7qf33m2p", " ")]
    [InlineData("k7qf-3m2", " ")]
    [InlineData("", " ")]
    public void Beginning_OfWhatIsNoReference_IsNotThatOfAnyId(string reference, string beginning) => ProcessId.BeginningOf(reference).ShouldBe(beginning);

    [Fact]
    public void Beginning_OfNothing_IsRefused() => Should.Throw<ArgumentNullException>(() => ProcessId.BeginningOf(null!)).ParamName.ShouldBe("reference");

    [Fact]
    public void Default_ThatWasNeverAssigned_SaysSo() =>
        Should.Throw<InvalidOperationException>(() => default(ProcessId).ToString()).Message.ShouldBe("This process id was never assigned.");
}
