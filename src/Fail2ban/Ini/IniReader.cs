using System.Text;

namespace Weir.Fail2ban.Ini;

/// <summary>Reads a configuration with the files laid over it and the files it includes.</summary>
internal sealed class IniReader(string folder, ICollection<Fail2banMessage> messages)
{
    private readonly Dictionary<string, IniFile?> _files = new(StringComparer.Ordinal);

    /// <summary>Reads NAME.conf, NAME.d/*.conf, NAME.local and NAME.d/*.local of the folder, in this order.</summary>
    /// <returns>Null when there is none of them.</returns>
    public IniSet? Read(string name)
    {
        string start = Path.Combine(folder, name);
        List<string> files = [start + ".conf", .. Parts(start + ".d", ".conf"), start + ".local", .. Parts(start + ".d", ".local")];
        files.RemoveAll(file => !File.Exists(file));
        var ordered = new List<string>();
        Expand(files, [], ordered);
        var set = new IniSet();
        bool any = false;
        foreach (string file in ordered)
        {
            if (Load(file) is { } ini)
            {
                set.Add(ini);
                any = true;
            }
        }

        return any ? set : null;
    }

    private string[] Parts(string path, string extension)
    {
        if (!Directory.Exists(path))
        {
            return [];
        }

        try
        {
            return
            [
                .. Directory.EnumerateFiles(path)
                    .Where(file => file.EndsWith(extension, StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith('.'))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            messages.Add(new Fail2banMessage(true, path, $"Cannot be read: {fault.Message}"));
            return [];
        }
    }

    // A .local beside a file counts as a part of it, unless it is in the list anyway.
    private void Expand(List<string> files, List<string> above, List<string> ordered)
    {
        foreach (string file in files)
        {
            ExpandOne(file, above, ordered);
            string local = Path.ChangeExtension(file, ".local");
            if (!files.Contains(local) && File.Exists(local))
            {
                ExpandOne(local, above, ordered);
            }
        }
    }

    private void ExpandOne(string file, List<string> above, List<string> ordered)
    {
        if (ordered.Count >= Fail2banLimits.Files || above.Count >= Fail2banLimits.IncludeDepth)
        {
            messages.Add(new Fail2banMessage(true, file, $"Not read: more than {Fail2banLimits.Files} files, or {Fail2banLimits.IncludeDepth} includes deep."));
            return;
        }

        if (Load(file) is not { } ini)
        {
            return;
        }

        List<string> below = [.. above, file];
        Expand(Includes(ini, file, "before", above), below, ordered);
        ordered.Add(file);
        Expand(Includes(ini, file, "after", above), below, ordered);
    }

    private List<string> Includes(IniFile ini, string file, string key, List<string> above)
    {
        if (!ini.Sections.TryGetValue("INCLUDES", out IniSection? section) || !section.ContainsKey(key))
        {
            return [];
        }

        var set = new IniSet();
        set.Add(ini);
        var found = new List<string>();
        try
        {
            foreach (string line in set.Get("INCLUDES", key)!.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                string path = Path.Combine(Path.GetDirectoryName(file)!, line);
                if (!above.Contains(path))
                {
                    found.Add(path);
                }
            }
        }
        catch (IniException fault)
        {
            messages.Add(new Fail2banMessage(true, fault.Where, fault.Message));
        }

        return found;
    }

    private IniFile? Load(string file)
    {
        if (_files.TryGetValue(file, out IniFile? known))
        {
            return known;
        }

        IniFile? read = null;
        try
        {
            if (File.Exists(file))
            {
                if (new FileInfo(file).Length > Fail2banLimits.FileLength)
                {
                    messages.Add(new Fail2banMessage(true, file, $"Not read: longer than {Fail2banLimits.FileLength} bytes."));
                }
                else
                {
                    read = IniFile.Parse(File.ReadAllText(file, Encoding.UTF8), file, messages);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            messages.Add(new Fail2banMessage(true, file, $"Cannot be read: {fault.Message}"));
        }

        _files[file] = read;
        return read;
    }
}
