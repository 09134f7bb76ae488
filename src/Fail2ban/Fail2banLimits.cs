namespace Weir.Fail2ban;

/// <summary>Bounds of everything that files of others decide the size of.</summary>
internal static class Fail2banLimits
{
    /// <summary>Characters of one configuration file; the longest stock one has 30,000.</summary>
    public const int FileLength = 1 << 20;

    /// <summary>Files that one jail or filter may be made of, includes counted.</summary>
    public const int Files = 200;

    /// <summary>Includes within includes.</summary>
    public const int IncludeDepth = 10;

    /// <summary>Characters of one value after interpolation.</summary>
    public const int ValueLength = 1 << 18;

    /// <summary>Expressions of one filter; the stock ones have at most 60.</summary>
    public const int Expressions = 500;

    /// <summary>Characters of a log line that are looked at.</summary>
    public const int LineLength = 16_384;

    /// <summary>Lines that one expression may span (<c>maxlines</c>).</summary>
    public const int SpannedLines = 100;

    /// <summary>Jails of a folder.</summary>
    public const int Jails = 1000;

    /// <summary>Files that one <c>logpath</c> may stand for.</summary>
    public const int LogFiles = 1000;

    /// <summary>Milliseconds that one expression may take for one line.</summary>
    public const int MatchMilliseconds = 100;

    /// <summary>Expressions that may run out of time on one line, twice <see cref="MatchMilliseconds"/> each, before it is given up.</summary>
    public const int SlowExpressions = 3;

    /// <summary>Milliseconds that reading one value of a configuration file may take in one of our own expressions.</summary>
    public const int ConfigurationMilliseconds = 5000;
}
