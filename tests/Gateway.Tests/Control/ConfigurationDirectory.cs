namespace Weir.Gateway.Tests.Control;

/// <summary>A throw-away directory with configuration files.</summary>
internal sealed class ConfigurationDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("weir-config-").FullName;

    public string File(string name) => Path.Combine(Root, name);

    /// <summary>Writes a file by writing another and renaming it over.</summary>
    public string Write(string text, string name = "weir.json")
    {
        var next = File(name + ".next");
        System.IO.File.WriteAllText(next, text);
        System.IO.File.Move(next, File(name), overwrite: true);
        return File(name);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
