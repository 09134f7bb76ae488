using System.Globalization;
using Spectre.Console;
using Weir.Farm.Model;

namespace Weir.Gateway.Cli;

/// <summary>The plan as tables for people.</summary>
internal sealed class TuneReport(IAnsiConsole console)
{
    public void Write(TuneSource source, TuningPlan plan)
    {
        console.WriteLine($"{plan.Effective.Mpm.ToString().ToLowerInvariant()}, from {string.Join("; ", source.From)}");
        console.WriteLine();
        Directives(plan);
        Verdict(plan);
        Messages(source, plan);
        Bounds(plan);
        Memory(source, plan);
        Gateway(plan, source.Inputs);
        List("Warnings", plan.Findings.Select(f => f.Text));
        List("Advice", plan.Advice);
        if (source.Config is { } config)
            List("While reading the configuration", config.Errors.Concat(config.Warnings).Take(20).Select(p => p.ToString()));
        console.WriteLine("Recommended block:");
        console.WriteLine();
        console.WriteLine(plan.Conf);
    }

    private void Directives(TuningPlan plan)
    {
        var table = NewTable("Directive", "Configured", "Apache uses", "Recommended");
        var configured = MpmDirectives.Block(plan.Configured).ToDictionary(d => d.Name, d => d.Argument, StringComparer.Ordinal);
        var effective = MpmDirectives.Block(plan.Effective.ToSettings()).ToDictionary(d => d.Name, d => d.Argument, StringComparer.Ordinal);
        var recommended = MpmDirectives.Block(plan.Recommended).ToDictionary(d => d.Name, d => d.Argument, StringComparer.Ordinal);
        foreach (var name in configured.Keys.Union(effective.Keys).Union(recommended.Keys).ToArray())
            Row(table, name, configured.GetValueOrDefault(name, "-"), effective.GetValueOrDefault(name, "-"), recommended.GetValueOrDefault(name, "-"));
        Row(table, "processes", "", N(plan.Effective.Processes), N(plan.RecommendedWorkers / plan.Effective.ThreadsPerChild));
        Row(table, "tasks", "", N(plan.Effective.Tasks), "");
        if (plan.Effective.Mpm == Mpm.Event)
            Row(table, "open connections", "", N(plan.Effective.MaxOpenConnections), "");
        console.Write(table);
    }

    private void Verdict(TuningPlan plan)
    {
        var binding = plan.Bounds.FirstOrDefault(b => b.Name == plan.Binding);
        console.WriteLine(binding is null
            ? "What binds: nothing known; give --ram, --cores and --cpu-per-request, --tasks-max to find it."
            : $"What binds: {binding.Name}, {binding.Workers} workers: {binding.Why}.");
        if (plan.NeededWorkers is { } needed)
            console.WriteLine($"The peak needs {needed} workers; {plan.RecommendedWorkers} {(plan.Feasible == true ? "carry it" : "do NOT carry it: more machines, or less time per request")}.");
        console.WriteLine();
    }

    private void Messages(TuneSource source, TuningPlan plan) => List(
        plan.Effective.Starts ? "Apache will say" : "Apache will NOT start",
        plan.Effective.Messages.Select(m => source.Config?.Last(m.Directive) is { } at ? $"{m}  ({at.File}:{at.Line})" : m.ToString()));

    private void Bounds(TuningPlan plan)
    {
        var table = NewTable("Bound", "Workers", "Why");
        foreach (var bound in plan.Bounds)
            Row(table, bound.Name == plan.Binding ? $"{bound.Name} (binds)" : bound.Name, bound.Workers?.ToString(CultureInfo.InvariantCulture) ?? "-", bound.Why + (bound.Workers is null || bound.Applies ? "" : "; does not bind"));
        console.Write(table);
    }

    private void Memory(TuneSource source, TuningPlan plan)
    {
        var ram = plan.Ram;
        var table = NewTable("Memory at full size", "MB", "GB", "How");
        Row(table, "article", N(ram.ArticleMb), G(ram.ArticleMb), $"{plan.Effective.MaxRequestWorkers} workers x {F(source.Inputs.ArticleMbPerWorker)} MB + {F(source.Inputs.ReservedMb)} MB");
        Row(table, ram.IsMeasured ? "measured" : "model", N(ram.MeasuredMb), G(ram.MeasuredMb),
            $"{plan.Effective.Processes} processes x {F(ram.PerProcessMb)} MB" + (ram.PerThreadMb > 0 ? $" + {plan.Effective.MaxRequestWorkers} threads x {F(ram.PerThreadMb)} MB" : "") + (ram.IsMeasured ? "" : "; not measured, give --pid or --app-mb"));
        if (ram.BudgetMb is { } budget)
            Row(table, "budget", N(budget), G(budget), "what Apache may use");
        if (source.Ps is { } ps)
            Row(table, "ps line, now", N(ps.TotalMb), G(ps.TotalMb), $"{ps.Processes} processes, {F(ps.AverageMb)} MB each" + (ps.TimesTooMuch is { } times ? $"; they hold {N(ps.PssMb!.Value)} MB, so {F(times)} times too much" : ""));
        console.Write(table);
    }

    private void Gateway(TuningPlan plan, TuningInputs inputs)
    {
        var table = NewTable("One gateway", "As it is", "Recommended", "Meaning");
        var (now, then) = (plan.Gateway, plan.RecommendedGateway);
        Row(table, "cap", N(now.Cap), N(then.Cap), $"{now.CapCounts}; (workers - {inputs.Reserve} reserved) / {inputs.Gateways} gateways");
        Row(table, "open connections", N(now.MaxOpenConnections), N(then.MaxOpenConnections), "idle ones included");
        Row(table, "best rate", $"{N(now.BestRps)}/s", $"{N(then.BestRps)}/s", $"at {F(inputs.ServiceSeconds * 1000)} ms a request, if the CPU carries it");
        Row(table, "queue", N(now.MaxQueue), N(then.MaxQueue), $"requests that still end within {F(inputs.DeadlineSeconds)} s");
        Row(table, "queue time-out", $"{F(now.QueueTimeoutSeconds)} s", $"{F(then.QueueTimeoutSeconds)} s", "past it 503 with Retry-After");
        console.Write(table);
    }

    private void List(string title, IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        if (all.Length == 0)
            return;
        console.WriteLine($"{title}:");
        foreach (var line in all)
            console.WriteLine($"  - {line}");
        console.WriteLine();
    }

    private static Table NewTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Ascii2 };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)));
        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(c => new Text(c)).ToArray());

    private static string N(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string G(double megabytes) => (megabytes / 1024).ToString("0.00", CultureInfo.InvariantCulture);

    private static string F(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
