using AsyncViews.Storage;

namespace AsyncViews.Tests.Storage;

public class HumanNameTests
{
    [Theory]
    [InlineData("page:/Import", "Import")]
    [InlineData("page:/Admin/UserImport", "User import")]
    [InlineData("page:Admin/Tools/PDFExport", "PDF export")]
    [InlineData("page:/ExportToCSV", "Export to CSV")]
    [InlineData("page:/reports/monthly-report", "Monthly report")]
    [InlineData("page:/Reports/Index", "Reports")]
    [InlineData("page:Admin/Index", "Admin")]
    [InlineData("page:/Index", "Index")]
    [InlineData("page:/Übersicht2030Neu", "Übersicht2030 neu")]
    [InlineData("page:/Report?handler=SendMail", "Report – Send mail")]
    [InlineData("page:Admin/Index?handler=Export", "Admin – Export")]
    [InlineData("job:nightly-report", "Nightly report")]
    public void Name_OfAType_IsReadable(string type, string name) => HumanName.Of(ProcessType.Parse(type)).ShouldBe(name);
}
