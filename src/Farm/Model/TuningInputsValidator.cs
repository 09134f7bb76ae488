using System.Globalization;

namespace Weir.Farm.Model;

/// <summary>Holds every input against its range. Each failure is a sentence that names the option, the range and the value.</summary>
public static class TuningInputsValidator
{
    /// <summary>All failures at once; empty when the inputs are good.</summary>
    public static IReadOnlyList<string> Validate(TuningInputs i)
    {
        var failures = new List<string>();
        Range("ram", i.RamMb, 16, 64L << 20, "MB");
        Range("reserved-mb", i.ReservedMb, 0, 64L << 20, "MB");
        Range("other-mb", i.OtherServicesMb, 0, 64L << 20, "MB");
        Range("headroom", i.Headroom, 0.05, 1, "");
        Range("process-mb", i.ProcessMb, 0.01, 65_536, "MB");
        Range("thread-mb", i.ThreadMb, 0.001, 65_536, "MB");
        Range("app-mb", i.ApplicationMb, 0, 65_536, "MB");
        Range("article-mb", i.ArticleMbPerWorker, 0.001, 65_536, "MB");
        Range("cores", i.Cores, 0.01, 4096, "");
        Range("cpu-per-request", i.CpuPerRequestSeconds, 1e-6, 3600, "s");
        Range("service-time", i.ServiceSeconds, 1e-6, 3600, "s");
        Range("service-p95", i.ServiceP95Seconds, 1e-6, 3600, "s");
        Range("peak-rps", i.PeakRps, 0, 1e8, "requests/s");
        Range("utilisation", i.TargetUtilisation, 0.05, 1, "");
        Range("nofile", i.NoFile, 33, 1L << 40, "");
        Range("fds-per-request", i.FdsPerRequest, 0, 1000, "");
        Range("tasks-max", i.TasksMax, 2, 1L << 40, "");
        Range("backend-max", i.BackendMax, 1, 1_000_000, "");
        Range("dynamic-share", i.DynamicShare, 0.001, 1, "");
        Range("gateways", i.Gateways, 1, 1000, "");
        Range("reserve", i.Reserve, 0, 100_000, "");
        Range("deadline", i.DeadlineSeconds, 0.001, 86_400, "s");
        if (failures.Count == 0 && i.RamMb <= i.ReservedMb + i.OtherServicesMb)
            failures.Add($"--ram is {Text(i.RamMb.Value)} MB; allowed: more than --reserved-mb plus --other-mb, {Text(i.ReservedMb + i.OtherServicesMb)} MB.");
        if (failures.Count == 0 && i.ServiceP95Seconds < i.ServiceSeconds)
            failures.Add($"--service-p95 is {Text(i.ServiceP95Seconds.Value)} s; allowed: --service-time, {Text(i.ServiceSeconds)} s, or more.");
        if (failures.Count == 0 && i.DeadlineSeconds <= i.ServiceSeconds)
            failures.Add($"--deadline is {Text(i.DeadlineSeconds)} s; allowed: more than --service-time, {Text(i.ServiceSeconds)} s, or every request fails.");
        return failures;

        void Range(string option, double? value, double least, double most, string unit)
        {
            // Written so that NaN fails, too.
            if (value is not { } number || (number >= least && number <= most))
                return;
            var suffix = unit.Length == 0 ? "" : " " + unit;
            failures.Add($"--{option} is {Text(number)}{suffix}; allowed: {Text(least)} to {Text(most)}{suffix}.");
        }
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
