using AsyncViews.Results;

namespace AsyncViews.Tests.Results;

/// <summary>The headers of a response that a later connection can send.</summary>
public sealed class RecordedHeadersTests
{
    [Theory]
    [InlineData("Connection")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Authenticate")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Proxy-Connection")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Upgrade")]
    [InlineData("Date")]
    [InlineData("Server")]
    [InlineData("Content-Length")]
    [InlineData("alt-svc")]
    public void Header_OfTheConnection_IsDropped(string name)
    {
        var headers = new HeaderDictionary { [name] = "1", ["X-Report"] = "1" };

        RecordedHeaders.Clean(headers);

        headers.Keys.ShouldBe(["X-Report"]);
    }

    [Theory]
    [InlineData("X-Report", "a\tb ~")]
    [InlineData("!~#", "")]
    [InlineData("Set-Cookie", "a=1; path=/")]
    public void Header_ThatKestrelSends_IsKept(string name, string value)
    {
        var headers = new HeaderDictionary { [name] = value };

        RecordedHeaders.Clean(headers);

        headers[name].ToString().ShouldBe(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("X Report")]
    [InlineData("X:Report")]
    [InlineData("X-R\u00E9port")]
    [InlineData("X-Report\u007F")]
    public void Name_ThatKestrelRefuses_IsRefused(string name) =>
        Should.Throw<InvalidOperationException>(() => RecordedHeaders.Clean(new HeaderDictionary { { name, "1" } })).Message.ShouldBe("The name of a response header contains an invalid character.");

    [Theory]
    [InlineData('\r', "U+000D")]
    [InlineData('\u001F', "U+001F")]
    [InlineData('\u007F', "U+007F")]
    [InlineData('\u00E9', "U+00E9")]
    public void Value_ThatKestrelRefuses_IsRefusedByItsCharacter(char character, string code) =>
        Should.Throw<InvalidOperationException>(() => RecordedHeaders.Clean(new HeaderDictionary { ["X-Report"] = new(["fine", $"x{character}"]) }))
            .Message.ShouldBe($"The response header X-Report contains the character {code}, which cannot be sent. Encode it.");

    [Fact]
    public void Value_ThatIsMissing_IsNoFault()
    {
        var headers = new HeaderDictionary { ["X-Report"] = new([null, "1"]) };

        RecordedHeaders.Clean(headers);

        headers.ContainsKey("X-Report").ShouldBeTrue();
    }
}
