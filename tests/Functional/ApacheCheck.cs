using Weir.Farm.Model;
using Weir.Farm.Readers;
using Weir.Support.Apache;

namespace Weir.Functional;

/// <summary>Runs the real Apache's <c>-t</c> on a small configuration of one MPM. Its MPM checks run there as at a start.</summary>
internal sealed class ApacheCheck : IDisposable
{
    private const string SyntaxError = "AH00526: Syntax error on line";
    private readonly string _root = Directory.CreateTempSubdirectory("weir-check-").FullName;

    public string File(string name) => Path.Combine(_root, name);

    /// <summary>Writes <c>httpd.conf</c> for that MPM with these lines.</summary>
    public string Write(Mpm mpm, string lines)
    {
        var path = File("httpd.conf");
        System.IO.File.WriteAllText(path, $"""
            ServerRoot "{_root}"
            ServerName localhost
            Listen 127.0.0.1:{ApacheServer.FreePort()}
            PidFile {_root}/httpd.pid
            ErrorLog {_root}/error.log
            {ApacheServer.MpmConfiguration(mpm.ToString().ToLowerInvariant(), block: null)}
            LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
            {lines}

            """);
        return path;
    }

    /// <summary>Apache's lines about its MPM: codes and texts, without file and line.</summary>
    public async Task<(IReadOnlyList<string> Lines, bool Starts)> RunAsync(Mpm mpm, string lines)
    {
        var answer = await new ApacheBinary(ApacheServer.Binary, Write(mpm, lines)).CheckAsync();
        var said = new List<string>();
        var pending = false;
        foreach (var line in answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pending)
                said.Add("AH00526: " + line);
            else if (line.StartsWith("AH", StringComparison.Ordinal) && !line.StartsWith(SyntaxError, StringComparison.Ordinal))
                said.Add(line);
            pending = line.StartsWith(SyntaxError, StringComparison.Ordinal);
        }

        return (said, answer.ExitCode == 0);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
