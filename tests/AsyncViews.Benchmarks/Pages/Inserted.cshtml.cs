using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>The same page that inserts one row itself, for something of its own to work on.</summary>
public class InsertedModel(NpgsqlDataSource database) : PageModel
{
    public const string Table = "CREATE TABLE inserted (id uuid PRIMARY KEY, name text NOT NULL, input bytea NOT NULL, created timestamptz NOT NULL)";

    [BindProperty]
    public Input Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();

        await using var command = database.CreateCommand("INSERT INTO inserted VALUES ($1, $2, $3, now())");
        command.Parameters.AddWithValue(Guid.NewGuid());
        command.Parameters.AddWithValue(Input.Name);
        command.Parameters.AddWithValue(new byte[1024]);
        await command.ExecuteNonQueryAsync(HttpContext.RequestAborted);
        return RedirectToPage("/Done");
    }
}
