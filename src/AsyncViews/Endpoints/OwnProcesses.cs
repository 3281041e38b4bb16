using System.Security.Cryptography;
using System.Text;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Running.Replay;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Endpoints;

/// <summary>
/// The processes of whoever asks, on pages that are not the ones they were submitted from. Their pages' policies hold
/// here too: who may not open the page does not see what it does.
/// </summary>
internal sealed class OwnProcesses(
    LiveProcesses live, Owners owners, ProcessPages pages, PageAddresses addresses, ProcessViewModels views, RunAuthorization authorization,
    LinkGenerator links, TimeProvider time)
{
    private const int Shown = 50;

    /// <summary>The record of a process that may be seen; null for every other.</summary>
    public async Task<ProcessRecord?> FindAsync(HttpContext context, string? id) =>
        ProcessId.TryParse(id, out var parsed)
        && await live.ReadAsync(parsed, context.RequestAborted) is { IsGone: false } record
        && owners.Is(context, record.Owner)
        && await authorization.IsStillUserAsync(context)
        && (pages.Find(record.Type) is not { } handler || await authorization.MeetsPoliciesAsync(context, handler.Page)) ? record : null;

    /// <summary>Returns what a page of the application shows of one process.</summary>
    public async Task<ProcessViewModel?> DescribeAsync(HttpContext context, string? id) =>
        await FindAsync(context, id) is { } record && AddressesOf(context, record) is { } address
            ? views.Build(context.Request, record, address) with { Embedded = true, Updates = true } : null;

    public async Task<MyProcessesViewModel> ListAsync(HttpContext context, bool embedded)
    {
        var records = await ReadAsync(context, Shown + 1);
        var page = new MyProcessesViewModel
        {
            Processes = [.. records.Take(Shown).Select(record => new MyProcess(record.ToStatus(), AddressesOf(context, record)))],
            IsCut = records.Count > Shown,
            Address = links.GetPathByName(context, EndpointNames.MyProcesses),
            Embedded = embedded,
            Updates = embedded || RequestKind.WantsUpdates(context.Request),
            PollInterval = IntervalOf(records),
        };
        return page with { Version = VersionOf(page), PollInterval = Cadence.Jittered(page.PollInterval) };
    }

    /// <summary>Reads the newest that the person may see: at least this many, if there are.</summary>
    private async Task<List<ProcessRecord>> ReadAsync(HttpContext context, int count)
    {
        var visible = new List<ProcessRecord>();
        var allowed = new Dictionary<ProcessType, bool>();
        var query = new ProcessQuery { Count = count };
        for (IReadOnlyList<ProcessRecord> read = []; visible.Count < count; query = query with { After = read[^1].Id })
        {
            read = await live.ListAsync(query, owners.AllOf(context), context.RequestAborted);
            if (read.Count == 0 || (query.After is null && !await authorization.IsStillUserAsync(context)))
                break;

            foreach (var record in read)
            {
                if (!allowed.TryGetValue(record.Type, out var may))
                    allowed[record.Type] = may = pages.Find(record.Type) is not { } handler || await authorization.MeetsPoliciesAsync(context, handler.Page);
                if (may)
                    visible.Add(record);
            }

            if (read.Count < count)
                break;
        }

        return visible;
    }

    private ProcessAddresses? AddressesOf(HttpContext context, ProcessRecord record) =>
        (record.Type.IsJob || pages.Find(record.Type) is not null) && record.OriginInParts is { } origin ? addresses.Of(context, record.Type, record.Id, origin) : null;

    /// <summary>The youngest changes soonest, so it sets the pace of the list.</summary>
    private TimeSpan IntervalOf(IEnumerable<ProcessRecord> records)
    {
        var youngest = records.Where(record => !record.State.IsEnded()).Select(record => time.GetUtcNow() - record.CreatedAt).DefaultIfEmpty().Min();
        return Cadence.IntervalOfSeveral(Cadence.BandAt(youngest));
    }

    private static string VersionOf(MyProcessesViewModel page)
    {
        var shown = string.Join(';', page.Processes.Select(process => $"{process.Status.Id} {process.Status.Version} {process.Status.Position}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{page.PollInterval} {shown}")).AsSpan(0, 8));
    }
}
