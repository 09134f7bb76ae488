using System.Diagnostics;
using System.Text.Json;

namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>The installed fail2ban, which says what is right.</summary>
internal static class Fail2banOracle
{
    public const string Folder = "/etc/fail2ban";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<OracleAnswer> Ask(IReadOnlyList<OracleQuestion> questions, string folder = Folder)
    {
        string asked = JsonSerializer.Serialize(new { folder, questions }, Json);
        string answered = Run("/usr/bin/python3", asked, Path.Combine(AppContext.BaseDirectory, "Oracle", "verdicts.py"));
        return JsonSerializer.Deserialize<OracleAnswer[]>(answered, Json)!;
    }

    public static string Run(string program, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TZ"] = "UTC", ["PYTHONIOENCODING"] = "utf-8", ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} took more than three minutes");
        }

        string text = output.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        return text;
    }
}
