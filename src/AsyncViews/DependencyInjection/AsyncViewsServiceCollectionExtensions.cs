using AsyncViews;
using AsyncViews.Capture;
using AsyncViews.Commands;
using AsyncViews.Diagnostics;
using AsyncViews.Endpoints;
using AsyncViews.Http;
using AsyncViews.Jobs;
using AsyncViews.Management;
using AsyncViews.Management.Admin;
using AsyncViews.Progress;
using AsyncViews.Results;
using AsyncViews.Running;
using AsyncViews.Running.Replay;
using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using AsyncViews.Submissions;
using AsyncViews.Views;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers AsyncViews.</summary>
public static class AsyncViewsServiceCollectionExtensions
{
    /// <summary>
    /// Runs the POST handlers of pages that derive from <see cref="AsyncPageModel"/> in the background, and jobs. Call it after
    /// AddRazorPages, and after an <see cref="IAuthorizationMiddlewareResultHandler"/> of the application's own. An application without
    /// pages, such as a worker, runs jobs without AddRazorPages.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Configures <see cref="AsyncViewsOptions"/>.</param>
    /// <returns>A builder to choose the store and the engine. By default, processes live in memory.</returns>
    public static AsyncViewsBuilder AddAsyncViews(this IServiceCollection services, Action<AsyncViewsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (configure is not null)
            services.Configure(configure);

        if (services.All(service => service.ServiceType != typeof(ProcessRunner)))
        {
            services.AddFramework();
            services.AddCapture();
            services.AddRunning();
            services.AddProgressAndResults();
            services.AddPages();
            services.AddJobs();
            services.AddCommands();
            services.AddAdmin();
        }

        return new AsyncViewsBuilder(services);
    }

    private static void AddFramework(this IServiceCollection services)
    {
        services.AddOptions<AsyncViewsOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AsyncViewsOptions>, AsyncViewsOptionsValidation>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<AsyncViewsOptions>, PartForUsers>());
        services.TryAddSingleton<IStringLocalizer<Strings>, Strings>();
        services.AddMetrics();
        services.AddRouting();
        services.AddAuthenticationCore();
        services.AddAuthorization();
        services.AddHttpContextAccessor();
        services.Decorate<IAuthenticationService>(inner => new RunAuthentication(inner));
        services.Decorate<IPolicyEvaluator>(inner => new RunPolicies(inner));
        services.Decorate<IAuthorizationMiddlewareResultHandler>(inner => new PollChallenge(new RestRefusal(inner)));
        services.AddSingleton<IHostedService>(new DecorationCheck(services, services[^1]));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<CookieAuthenticationOptions>, PollsRenewNoSession>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Telemetry>();
    }

    private static void AddCapture(this IServiceCollection services)
    {
        services.TryAddSingleton<IProcessStore, InMemoryProcessStore>();
        services.TryAddSingleton<Cultures>();
        services.TryAddSingleton(provider => new StoreLimits(provider.GetRequiredService<IOptions<AsyncViewsOptions>>().Value));
        services.TryAddSingleton<ContentRoom>();
        services.TryAddSingleton<Admission>();
        services.TryAddSingleton<RequestCapture>();
        services.TryAddSingleton<SubmissionKey>();
        services.TryAddSingleton<RefusalLog>();
        services.TryAddSingleton<TokenlessScripts>();
        services.TryAddSingleton<OwnerToken>();
        services.TryAddSingleton<OwnerCookies>();
        services.TryAddSingleton<SenderAddresses>();
        services.TryAddSingleton<Owners>();
    }

    private static void AddRunning(this IServiceCollection services)
    {
        services.TryAddSingleton<ProcessPages>();
        services.TryAddSingleton<AskedInVain>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IProcessWork, PageReplay>());
        services.TryAddSingleton<ProcessTypes>();
        services.TryAddScoped<RunAuthorization>();
        services.TryAddSingleton<ProcessContextAccessor>();
        services.TryAddSingleton<IProcessContextAccessor>(provider => provider.GetRequiredService<ProcessContextAccessor>());
        services.TryAddSingleton(typeof(SafeLogger<>));
        services.TryAddSingleton<RunEnds>();
        services.TryAddSingleton<EndWriter>();
        services.TryAddSingleton<ResultSpools>();
        services.TryAddSingleton<ProcessRunner>();
        services.TryAddSingleton<Drain>();
        services.TryAddSingleton<Claims>();
        services.TryAddSingleton<Handover>();
        services.TryAddSingleton<Quotas>();
        services.TryAddSingleton(provider => new Workers(
            provider.GetRequiredService<Claims>(),
            provider.GetRequiredService<ProcessRunner>(),
            provider.GetRequiredService<Quotas>(),
            provider.GetRequiredService<LiveProcesses>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<SafeLogger<Workers>>(),
            provider.GetRequiredService<IOptions<AsyncViewsOptions>>().Value.MaxConcurrentRuns,
            provider.GetRequiredService<IOptions<AsyncViewsOptions>>().Value.MaxAnonymousRuns,
            () => provider.GetRequiredService<ProcessTypes>().All,
            provider.GetRequiredService<Drain>()));
        services.TryAddSingleton<Acceptance>();
        services.TryAddSingleton<IProcessManager, ProcessManager>();
        services.TryAddSingleton<INodeManager, NodeManager>();
        services.TryAddSingleton<IProcessEngine, InProcessEngine>();
        services.TryAddSingleton(provider => new Node(provider.GetRequiredService<IOptions<AsyncViewsOptions>>()));
        services.TryAddSingleton<Contact>();
        services.TryAddSingleton<Heart>();
        services.TryAddSingleton<StallWatch>();
        services.TryAddSingleton(provider => new ClockWatch(() => provider.GetRequiredService<IProcessStore>().Now, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<StoreProbe>();
        services.TryAddSingleton<QueueReport>();
        services.TryAddSingleton<Sweeper>();
        services.TryAddSingleton<QueueTroubles>();
        services.TryAddSingleton<ChangeFeed>();
        services.TryAddSingleton<NodeSession>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, NodeHost>());
    }

    private static void AddProgressAndResults(this IServiceCollection services)
    {
        services.TryAddSingleton<Watches>();
        services.TryAddSingleton<StatusChanges>();
        services.TryAddSingleton<LiveProcesses>();
        services.TryAddSingleton<HeldPolls>();
        services.TryAddSingleton<FastEnd>();
        services.TryAddSingleton<RunHistory>();
        services.TryAddSingleton<ProcessViewModels>();
    }

    private static void AddJobs(this IServiceCollection services)
    {
        services.TryAddSingleton<JobTypes>();
        services.TryAddSingleton<JobScheduler>();
        services.TryAddSingleton<IJobScheduler>(provider => provider.GetRequiredService<JobScheduler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IProcessWork, JobRun>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RecurringStarts>());
        new AsyncViewsBuilder(services).AddJob<TestJob>(TestJob.Name);
    }

    private static void AddCommands(this IServiceCollection services)
    {
        services.TryAddSingleton<CommandHost>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<Command, FlushQueueCommand>(),
            ServiceDescriptor.Singleton<Command, QueueHealthCommand>(),
            ServiceDescriptor.Singleton<Command, ScheduleCommand>(),
            ServiceDescriptor.Singleton<Command, CancelCommand>(),
            ServiceDescriptor.Singleton<Command, NodesCommand>(),
            ServiceDescriptor.Singleton<Command, DrainCommand>(),
            ServiceDescriptor.Singleton<Command, SchemaCommand>(),
            ServiceDescriptor.Singleton<Command, RecurringCommand>(),
        ]);
    }

    private static void AddAdmin(this IServiceCollection services)
    {
        services.TryAddSingleton<AdminEntrance>();
        services.TryAddSingleton<AuditLog>();
        services.TryAddSingleton<OperatorActions>();
        services.TryAddSingleton<OverviewPage>();
        services.TryAddSingleton<ListPage>();
        services.TryAddSingleton<ProcessPage>();
        services.TryAddSingleton<NodesPage>();
        services.TryAddSingleton<ActionPage>();
        services.TryAddSingleton<BulkPage>();
        services.TryAddSingleton<DrainPage>();
        services.TryAddSingleton<SelfTestPage>();
        services.TryAddSingleton<RestLimit>();
    }

    private static void AddPages(this IServiceCollection services)
    {
        services.TryAddSingleton<MappedPages>();
        foreach (var endpoint in HandlerTable.Handlers.Values)
            services.TryAddSingleton(endpoint);
        services.TryAddSingleton<TokenCheck>();
        services.TryAddSingleton<ProcessEndpoints>();
        services.TryAddSingleton<PageEntrance>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ProcessMatcherPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPageApplicationModelProvider, RunAsyncHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<MvcOptions>, ProcessBinding>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFilterProvider, PageFilters>());
        services.TryAddSingleton<SubmissionIntake>();
        services.TryAddSingleton<AcceptedAnswer>();
        services.TryAddSingleton<ProcessLookup>();
        services.TryAddSingleton<PageAddresses>();
        services.TryAddScoped<OwnProcesses>();
        services.TryAddScoped<DiscardEndpoint>();
        services.TryAddScoped<MyProcessesEndpoint>();
        services.TryAddSingleton<JobsEndpoint>();
        services.TryAddScoped<GroupEndpoint>();
        services.TryAddTransient<HeadElements>();
        services.TryAddEnumerable(ServiceDescriptor.Transient<ITagHelperComponent, HeadElements>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PageCheck>());
        services.TryAddSingleton<AssetCheck>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AssetCheck>(provider => provider.GetRequiredService<AssetCheck>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<StaticFileOptions>, AssetCheck>(provider => provider.GetRequiredService<AssetCheck>()));
    }
}
