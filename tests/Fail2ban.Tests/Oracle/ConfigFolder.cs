namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>A folder such as /etc/fail2ban for one test.</summary>
internal sealed class ConfigFolder : IDisposable
{
    public ConfigFolder(bool stockFilters = false)
    {
        Path = Directory.CreateTempSubdirectory("weir-fail2ban-").FullName;
        if (stockFilters)
        {
            Directory.CreateSymbolicLink(System.IO.Path.Combine(Path, "filter.d"), Fail2banOracle.Folder + "/filter.d");
        }
    }

    public string Path { get; }

    public ConfigFolder With(string file, string text)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <summary>One jail for each filter, named j0, j1, ...</summary>
    public ConfigFolder WithJails(IReadOnlyList<string> filters) =>
        With("jail.conf", string.Concat(filters.Select((filter, index) => $"[j{index}]\nenabled = true\nlogpath = /var/log/x\nfilter = {filter}\n\n")));

    public Fail2banSet Read(params string[] alsoEnabled) => Fail2banFolder.Read(Path, alsoEnabled);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
