using System.CommandLine;
using Weir.Farm.Model;

namespace Weir.Gateway.Cli;

/// <summary>Lays what was typed over what was found.</summary>
internal static class TuneTyped
{
    public static TuningInputs Apply(TuningInputs i, ParseResult p, TuneOptions o) => i with
    {
        Settings = Settings(i.Settings, p, o),
        RamMb = p.GetValue(o.Ram) ?? i.RamMb,
        ReservedMb = p.GetValue(o.ReservedMb) ?? i.ReservedMb,
        OtherServicesMb = p.GetValue(o.OtherMb) ?? i.OtherServicesMb,
        Headroom = p.GetValue(o.Headroom) ?? i.Headroom,
        ProcessMb = p.GetValue(o.ProcessMb) ?? i.ProcessMb,
        ThreadMb = p.GetValue(o.ThreadMb) ?? i.ThreadMb,
        ApplicationMb = p.GetValue(o.AppMb) ?? i.ApplicationMb,
        ArticleMbPerWorker = p.GetValue(o.ArticleMb) ?? i.ArticleMbPerWorker,
        Cores = p.GetValue(o.Cores) ?? i.Cores,
        CpuPerRequestSeconds = p.GetValue(o.CpuPerRequest) ?? i.CpuPerRequestSeconds,
        ServiceSeconds = p.GetValue(o.ServiceTime) ?? i.ServiceSeconds,
        ServiceP95Seconds = p.GetValue(o.ServiceP95) ?? i.ServiceP95Seconds,
        PeakRps = p.GetValue(o.PeakRps) ?? i.PeakRps,
        TargetUtilisation = p.GetValue(o.Utilisation) ?? i.TargetUtilisation,
        NoFile = p.GetValue(o.NoFile) ?? i.NoFile,
        FdsPerRequest = p.GetValue(o.FdsPerRequest) ?? i.FdsPerRequest,
        TasksMax = p.GetValue(o.TasksMax) ?? i.TasksMax,
        BackendMax = p.GetValue(o.BackendMax) ?? i.BackendMax,
        DynamicShare = p.GetValue(o.DynamicShare) ?? i.DynamicShare,
        Gateways = p.GetValue(o.Gateways) ?? i.Gateways,
        Reserve = p.GetValue(o.Reserve) ?? i.Reserve,
        DeadlineSeconds = p.GetValue(o.Deadline) ?? i.DeadlineSeconds,
    };

    private static MpmSettings Settings(MpmSettings s, ParseResult p, TuneOptions o)
    {
        return s with
        {
            Mpm = p.GetValue(o.Mpm) is { } mpm ? Enum.Parse<Mpm>(mpm, ignoreCase: true) : s.Mpm,
            ServerLimit = Number(o.ServerLimit) ?? s.ServerLimit,
            ThreadLimit = Number(o.ThreadLimit) ?? s.ThreadLimit,
            ThreadsPerChild = Number(o.ThreadsPerChild) ?? s.ThreadsPerChild,
            MaxRequestWorkers = Number(o.MaxRequestWorkers) ?? s.MaxRequestWorkers,
            StartServers = Number(o.StartServers) ?? s.StartServers,
            MinSpareThreads = Number(o.MinSpareThreads) ?? s.MinSpareThreads,
            MaxSpareThreads = Number(o.MaxSpareThreads) ?? s.MaxSpareThreads,
            MinSpareServers = Number(o.MinSpareServers) ?? s.MinSpareServers,
            MaxSpareServers = Number(o.MaxSpareServers) ?? s.MaxSpareServers,
            AsyncRequestWorkerFactor = p.GetValue(o.AsyncFactor) ?? s.AsyncRequestWorkerFactor,
            MaxConnectionsPerChild = Number(o.MaxConnectionsPerChild) ?? s.MaxConnectionsPerChild,
            KeepAlive = p.GetValue(o.KeepAlive) is { } flag ? flag == "on" : s.KeepAlive,
            KeepAliveTimeout = p.GetValue(o.KeepAliveTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : s.KeepAliveTimeout,
            MaxKeepAliveRequests = Number(o.MaxKeepAliveRequests) ?? s.MaxKeepAliveRequests,
        };

        ApacheNumber? Number(Option<string?> option) => p.GetValue(option) is { } text ? new ApacheNumber(text) : null;
    }
}
