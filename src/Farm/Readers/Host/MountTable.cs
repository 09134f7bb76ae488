namespace Weir.Farm.Readers.Host;

/// <summary>Tells which device a folder lies on, from <c>/proc/self/mountinfo</c>.</summary>
/// <param name="root">Prefix of <c>/proc</c>; empty for the real one.</param>
public sealed class MountTable(string root = "")
{
    /// <summary>The device as <c>major:minor</c> (the same as st_dev); null when not known.</summary>
    /// <param name="path">An absolute path; links are not followed.</param>
    public string? Device(string path)
    {
        string? device = null;
        var longest = -1;
        foreach (var line in ProcText.Lines(Path.Combine(root.Length == 0 ? "/" : root, "proc/self/mountinfo")))
        {
            var fields = line.Split(' ');
            if (fields.Length < 5)
                continue;
            var mount = fields[4].Replace("\\040", " ", StringComparison.Ordinal).TrimEnd('/');
            if ((path.StartsWith(mount + "/", StringComparison.Ordinal) || path == mount) && mount.Length >= longest)
                (device, longest) = (fields[2], mount.Length);
        }

        return device;
    }
}
