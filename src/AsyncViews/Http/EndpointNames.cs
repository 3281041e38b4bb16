using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Http;

/// <summary>The names of the library's own endpoints, by which their addresses are found where the application has mapped them.</summary>
internal static class EndpointNames
{
    public const string Jobs = "AsyncViews.Jobs";
    public const string MyProcesses = "AsyncViews.MyProcesses";

    /// <summary>The operator's overview, at the address below which all of the operator's pages are.</summary>
    public const string Admin = "AsyncViews.Admin";

    /// <summary>The operator's page of one process.</summary>
    public const string AdminProcess = "AsyncViews.Admin.Process";

    /// <summary>Returns whether it is the endpoint of this name.</summary>
    public static bool IsNamed(this Endpoint? endpoint, string name) => endpoint?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == name;
}
