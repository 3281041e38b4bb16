var builder = WebApplication.CreateBuilder(args);

builder.Services.AddRazorPages();

// The processes are kept in App_Data/asyncviews.db, so that a restart loses none.
builder.Services.AddAsyncViews().UseSqlite();

var app = builder.Build();

if (!app.Environment.IsDevelopment())
{
    app.UseExceptionHandler("/Error");
}

app.UseRouting();
app.UseAuthorization();

app.MapStaticAssets();
app.MapRazorPages().WithStaticAssets();

// Each visitor's own processes, at /my-processes.
app.MapMyProcesses();

app.Run();
