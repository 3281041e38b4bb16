using System.Security.Claims;

namespace AsyncViews.Tests;

public class ProcessContextTests
{
    private ProcessProgress _progress = ProcessProgress.None;
    private int _unmeasurable;
    private int _tooLong;

    private ProcessContext Context => new(ProcessId.New(), 1, "ann", new ClaimsPrincipal(), change => _progress = change(_progress), () => _unmeasurable++, length => _tooLong = length, default);

    [Theory]
    [InlineData(42.5, 42.5)]
    [InlineData(33.349, 33.3)]
    [InlineData(99.96, 100.0)]
    [InlineData(-1, 0.0)]
    [InlineData(100.1, 100.0)]
    [InlineData(double.PositiveInfinity, 100.0)]
    [InlineData(double.NegativeInfinity, 0.0)]
    [InlineData(double.NaN, null)]
    public void Percent_Reported_IsClampedAndRounded(double reported, double? kept)
    {
        Context.ReportProgress(reported);

        _progress.Percent.ShouldBe(kept);
        _unmeasurable.ShouldBe(double.IsNaN(reported) ? 1 : 0);
    }

    [Fact]
    public void MessageAndData_NotReportedAnew_AreKept()
    {
        Context.ReportProgress(10, "ten", new { Rows = 3 });
        Context.ReportProgress(20);
        _progress.ShouldBe(new ProcessProgress(20, "ten", """{"Rows":3}"""));

        Context.ReportProgress("twenty");
        _progress.ShouldBe(new ProcessProgress(20, "twenty", """{"Rows":3}"""));

        ((IProgress<double>)Context).Report(30);
        _progress.Percent.ShouldBe(30);
    }

    [Theory]
    [InlineData(16_382, true)]
    [InlineData(16_383, false)]
    public void Data_OverTheLimit_IsLeftOutAndSaidSo(int length, bool isKept)
    {
        Context.ReportProgress(1, "first", 1);

        Context.ReportProgress(2, "second", new string('x', length));

        _progress.ShouldBe(new ProcessProgress(2, "second", isKept ? $"\"{new string('x', length)}\"" : "1"));
        _tooLong.ShouldBe(isKept ? 0 : length + 2);
    }

    [Theory]
    [InlineData(4096, 4096)]
    [InlineData(4097, 4096)]
    public void Message_OverTheLimit_IsCut(int length, int kept)
    {
        Context.ReportProgress(new string('x', length));

        _progress.Message.ShouldNotBeNull().Length.ShouldBe(kept);
    }

    [Theory]
    [InlineData(4095, 4095)]
    [InlineData(4094, 4096)]
    public void Message_CutInASurrogatePair_LosesItWhole(int before, int kept)
    {
        Context.ReportProgress(1, new string('x', before) + "😀 and more");

        _progress.Message.ShouldNotBeNull().Length.ShouldBe(kept);
        char.IsHighSurrogate(_progress.Message[^1]).ShouldBeFalse();
    }

    [Fact]
    public void Message_OfNull_IsAnError() => Should.Throw<ArgumentNullException>(() => Context.ReportProgress(null!));

    [Fact]
    public void Data_ThatCannotBeSerialised_IsAnErrorAndReportsNothing()
    {
        Should.Throw<NotSupportedException>(() => Context.ReportProgress(1, "x", typeof(string)));

        _progress.ShouldBe(ProcessProgress.None);
    }
}
