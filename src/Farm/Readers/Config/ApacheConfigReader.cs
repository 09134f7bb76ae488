using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Farm.Readers.Config;

/// <summary>
/// Reads a configuration as httpd does, top to bottom: LoadModule, Define and ServerRoot count for the lines after them.
/// Follows Include and IncludeOptional (files, folders, wildcards), decides IfModule, IfDefine, IfVersion and IfFile, expands
/// <c>${NAME}</c>, joins continued lines. Macros (mod_macro) are not expanded; their use gives a warning.
/// Reading never throws for what a file holds: problems are collected with file and line.
/// </summary>
public sealed partial class ApacheConfigReader
{
    private readonly ApacheConfigOptions _options;
    private readonly ModuleTable _modules;
    private readonly Dictionary<string, string?> _defines = new(StringComparer.Ordinal);
    private readonly List<ApacheDirective> _directives = [];
    private readonly List<string> _files = [];
    private readonly List<ApacheConfigProblem> _errors = [];
    private readonly List<ApacheConfigProblem> _warnings = [];
    private readonly List<string> _sections = [];
    private string _serverRoot;
    private long _bytes;
    private bool _full;

    private ApacheConfigReader(string serverRoot, ApacheConfigOptions options)
    {
        _options = options;
        _serverRoot = serverRoot;
        _modules = new(options.BuiltIn);
        foreach (var name in options.Defines)
            _defines[name] = null;
    }

    /// <summary>Reads the file and everything that it includes.</summary>
    /// <param name="path">The main file, below <see cref="ApacheConfigOptions.FileSystemRoot"/>.</param>
    /// <param name="options">Where and with what Apache would start; null takes the defaults.</param>
    public static ApacheConfig Read(string path, ApacheConfigOptions? options = null)
    {
        options ??= new();
        var reader = new ApacheConfigReader(options.ServerRoot ?? Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", options);
        reader.ReadFile(reader.OnDisk(Path.GetFullPath(path)), depth: 0, from: null);
        return new(reader._directives, reader._modules.Identifiers, reader._files, reader._errors, reader._warnings);
    }

    [GeneratedRegex(@"\$\{(?<name>[^{}:]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    private void ReadFile(string onDisk, int depth, ConfigPlace? from)
    {
        var shown = Shown(onDisk);
        if (depth > _options.MaxDepth)
        {
            Error(from, $"Include nests deeper than {_options.MaxDepth} files; a file may include itself.");
            return;
        }

        if (_files.Count >= _options.MaxFiles || _bytes > _options.MaxBytes)
        {
            if (!_full)
                Error(from, $"The configuration is larger than {_options.MaxFiles} files or {_options.MaxBytes} bytes; the rest is not read.");
            _full = true;
            return;
        }

        string text;
        try
        {
            // Checked before it is read: an Include may name a device or a huge log by mistake.
            var length = new FileInfo(onDisk).Length;
            if (length > _options.MaxBytes - _bytes)
            {
                _bytes = long.MaxValue;
                Error(from ?? new(shown, 0), $"{shown} has {length} bytes, more than the {_options.MaxBytes} that are read in all.");
                return;
            }

            text = File.ReadAllText(onDisk, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Error(from ?? new(shown, 0), $"Could not open configuration file {shown}: {e.Message}");
            return;
        }

        _files.Add(shown);
        _bytes += text.Length;
        ReadLines(text, shown, depth);
    }

    private void ReadLines(string text, string file, int depth)
    {
        var open = new Stack<OpenSection>();
        var skipped = 0;
        foreach (var line in ConfigLine.Split(text))
        {
            var place = new ConfigPlace(file, line.Number);
            if (line.Text.StartsWith("</", StringComparison.Ordinal))
            {
                if (Close(line.Text, open, place).Skips)
                    skipped--;
                continue;
            }

            if (line.Text[0] == '<')
            {
                var section = Open(line.Text, place, skipped > 0);
                open.Push(section);
                if (section.Skips)
                    skipped++;
                if (section.IsContext && skipped == 0)
                    _sections.Add(section.Name);
                continue;
            }

            if (skipped == 0)
                Directive(Expand(line.Text, place), place, depth);
        }

        foreach (var section in open)
        {
            Error(section.Place, $"<{section.Name}> was not closed.");
            if (section.IsContext && !section.Skips && _sections.Count > 0)
                _sections.RemoveAt(_sections.Count - 1);
        }
    }

    private OpenSection Close(string text, Stack<OpenSection> open, ConfigPlace place)
    {
        var name = text[2..].TrimEnd('>', ' ', '\t');
        if (!open.TryPop(out var section))
        {
            Error(place, $"</{name}> without matching <{name}> section");
            return default;
        }

        if (!section.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            Error(place, $"Expected </{section.Name}> but saw </{name}>");
        if (section.IsContext && !section.Inside && _sections.Count > 0)
            _sections.RemoveAt(_sections.Count - 1);
        return section;
    }

    private OpenSection Open(string text, ConfigPlace place, bool inside)
    {
        var body = text[1..].TrimEnd();
        if (!body.EndsWith('>') && !inside)
            Error(place, $"{body.Split(' ', 2)[0]} directive missing closing '>'");
        body = body.TrimEnd('>');
        var nameLength = body.AsSpan().IndexOfAny(' ', '\t');
        var name = nameLength < 0 ? body : body[..nameLength];
        if (inside)
            return new(name, place, Skips: true, IsContext: false, Inside: true);
        var rest = nameLength < 0 ? "" : Expand(body[nameLength..], place);
        var words = ConfigLine.Words(rest);
        return Condition(name, words, place) is { } holds
            ? new(name, place, Skips: !holds, IsContext: false, Inside: false)
            : new(name, place, Skips: name.Equals("Macro", StringComparison.OrdinalIgnoreCase), IsContext: true, Inside: name.Equals("Macro", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Null for a section that is a context and no condition.</summary>
    private bool? Condition(string name, List<string> words, ConfigPlace place)
    {
        switch (name.ToLowerInvariant())
        {
            case "ifmodule":
                return Negatable(word => _modules.Has(word));
            case "ifdefine":
                return Negatable(_defines.ContainsKey);
            case "iffile":
                return Negatable(word => Path.Exists(OnDisk(Absolute(word))));
            case "ifversion":
                if (VersionTest.Evaluate(words, _options.ApacheVersion) is { } result)
                    return result;
                Error(place, $"IfVersion cannot read '{string.Join(' ', words)}'.");
                return false;
            case "ifdirective" or "ifsection":
                Warning(place, $"<{name}> is taken as true: which directives a module brings is not known here.");
                return true;
            default:
                return null;
        }

        bool Negatable(Func<string, bool> test)
        {
            if (words.Count == 0)
            {
                Error(place, $"<{name}> needs an argument.");
                return false;
            }

            return words[0].StartsWith('!') ? !test(words[0][1..]) : test(words[0]);
        }
    }

    private void Directive(string text, ConfigPlace place, int depth)
    {
        var nameLength = text.AsSpan().IndexOfAny(' ', '\t');
        var name = nameLength < 0 ? text : text[..nameLength];
        var words = ConfigLine.Words(nameLength < 0 ? "" : text[nameLength..]);
        switch (name.ToLowerInvariant())
        {
            case "include" or "includeoptional":
                foreach (var word in words)
                    Include(word, name.Length > "include".Length, place, depth);
                return;
            case "loadmodule" when words.Count >= 2:
                _modules.Add(words[0]);
                break;
            case "define" when words.Count >= 1:
                _defines[words[0]] = words.Count > 1 ? words[1] : null;
                return;
            case "undefine" when words.Count >= 1:
                _defines.Remove(words[0]);
                return;
            case "serverroot" when words.Count >= 1 && _sections.Count == 0:
                _serverRoot = words[0];
                break;
            case "use":
                Warning(place, $"Macro '{(words.Count > 0 ? words[0] : "")}' is not expanded; directives in it are not seen.");
                break;
        }

        _directives.Add(new(name, words, [.. _sections], place.File, place.Line));
    }

    private void Include(string path, bool optional, ConfigPlace place, int depth)
    {
        var absolute = Absolute(path);
        var matches = PathGlob.Match(absolute, _options.FileSystemRoot, _options.MaxFiles);
        if (matches.Count == 0 && !optional)
        {
            Error(place, PathGlob.IsPattern(path)
                ? $"No matches for the wildcard '{absolute}', failing (use IncludeOptional if required)"
                : $"Could not open configuration file {absolute}: No such file or directory");
        }

        foreach (var match in matches)
            IncludePath(match, place, depth + 1);
    }

    private void IncludePath(string onDisk, ConfigPlace place, int depth)
    {
        if (!Directory.Exists(onDisk))
        {
            ReadFile(onDisk, depth, place);
            return;
        }

        if (depth > _options.MaxDepth)
        {
            Error(place, $"Include nests deeper than {_options.MaxDepth} folders.");
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(onDisk).Order(StringComparer.Ordinal))
            IncludePath(entry, place, depth + 1);
    }

    private string Expand(string text, ConfigPlace place) => Variable().Replace(text, match =>
    {
        var name = match.Groups["name"].Value;
        if (_defines.TryGetValue(name, out var defined) && defined is not null)
            return defined;
        if (_options.Environment.TryGetValue(name, out var value))
            return value;
        Warning(place, $"Config variable ${{{name}}} is not defined");
        return match.Value;
    });

    private string Absolute(string path) => Path.IsPathRooted(path) ? path : Path.Combine(_serverRoot, path);

    private string OnDisk(string absolute) => _options.FileSystemRoot.Length == 0 ? absolute : Path.Combine(_options.FileSystemRoot, absolute.TrimStart('/'));

    private string Shown(string onDisk) => _options.FileSystemRoot.Length > 0 && onDisk.StartsWith(_options.FileSystemRoot, StringComparison.Ordinal)
        ? "/" + onDisk[_options.FileSystemRoot.Length..].TrimStart('/')
        : onDisk;

    private void Error(ConfigPlace? place, string text) => Keep(_errors, place, text);

    private void Warning(ConfigPlace? place, string text) => Keep(_warnings, place, text);

    private static void Keep(List<ApacheConfigProblem> problems, ConfigPlace? place, string text)
    {
        // A broken file may hold a problem on every line; the first hundred tell enough.
        if (problems.Count < 100)
            problems.Add(new(place?.File ?? "", place?.Line ?? 0, text));
    }

    private sealed record ConfigPlace(string File, int Line);

    private readonly record struct OpenSection(string Name, ConfigPlace Place, bool Skips, bool IsContext, bool Inside);
}
