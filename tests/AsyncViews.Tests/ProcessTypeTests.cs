namespace AsyncViews.Tests;

public class ProcessTypeTests
{
    [Theory]
    [InlineData("page:/Import", false, "/Import", null)]
    [InlineData("page:Admin/Tools/Import", false, "Admin/Tools/Import", null)]
    [InlineData("page:/Report?handler=Export", false, "/Report", "Export")]
    [InlineData("job:nightly-report.2_b", true, "nightly-report.2_b", null)]
    public void Text_OfAType_IsReadAndWritten(string text, bool isJob, string name, string? handler)
    {
        var type = ProcessType.Parse(text);

        (type.IsJob, type.Name, type.Handler, type.ToString()).ShouldBe((isJob, name, handler, text));
        type.ShouldBe(isJob ? ProcessType.OfJob(name) : ProcessType.OfPage(name[name.IndexOf('/')..], name[..name.IndexOf('/')], handler));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/Import")]
    [InlineData("page:")]
    [InlineData("page:Import")]
    [InlineData("Page:/Import")]
    [InlineData("job:")]
    [InlineData("job:a b")]
    [InlineData("job:ä")]
    public void Text_OfNoType_IsRefused(string? text)
    {
        ProcessType.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => ProcessType.Parse(text!));
    }

    [Fact]
    public void Job_WithALongName_IsRefused()
    {
        ProcessType.OfJob(new string('a', 100)).Name.Length.ShouldBe(100);
        Should.Throw<ArgumentException>(() => ProcessType.OfJob(new string('a', 101))).ParamName.ShouldBe("name");
    }

    [Fact]
    public void Page_WithoutASlash_IsRefused() => Should.Throw<ArgumentException>(() => ProcessType.OfPage("Import")).ParamName.ShouldBe("path");

    [Fact]
    public void Unassigned_IsNoType() => Should.Throw<InvalidOperationException>(() => default(ProcessType).ToString());
}
