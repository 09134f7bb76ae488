namespace Weir.Farm.Model;

/// <summary>Apache's own sentences. Worker and event say the same under different codes; prefork has its own.</summary>
internal sealed class MpmMessages(Mpm mpm)
{
    private readonly List<MpmMessage> _messages = [];

    public IReadOnlyList<MpmMessage> All => _messages;

    public void ServerLimitTooHigh(int value, int bound) => Warn("AH00175", "AH00300", "AH00497", nameof(MpmSettings.ServerLimit),
        $"ServerLimit of {value} exceeds compile-time limit of {bound} servers, decreasing to {bound}.");

    public void ServerLimitTooLow(int value) => Warn("AH00177", "AH00302", "AH00499", nameof(MpmSettings.ServerLimit),
        $"ServerLimit of {value} not allowed, increasing to 1.");

    public void ThreadLimitTooHigh(int value, int bound) => Warn("", "AH00305", "AH00502", nameof(MpmSettings.ThreadLimit),
        $"ThreadLimit of {value} exceeds compile-time limit of {bound} threads, decreasing to {bound}.");

    public void ThreadLimitTooLow(int value) => Warn("", "AH00307", "AH00504", nameof(MpmSettings.ThreadLimit),
        $"ThreadLimit of {value} not allowed, increasing to 1.");

    public void ThreadsPerChildTooHigh(int value, int bound) => Warn("", "AH00310", "AH00507", nameof(MpmSettings.ThreadsPerChild),
        $"ThreadsPerChild of {value} exceeds ThreadLimit of {bound} threads, decreasing to {bound}. To increase, please see the ThreadLimit directive.");

    public void ThreadsPerChildTooLow(int value) => Warn("", "AH00312", "AH00509", nameof(MpmSettings.ThreadsPerChild),
        $"ThreadsPerChild of {value} not allowed, increasing to 1.");

    public void WorkersBelowOneProcess(int value, int threads) => Warn("", "AH00314", "AH00511", nameof(MpmSettings.MaxRequestWorkers),
        $"MaxRequestWorkers of {value} is less than ThreadsPerChild of {threads}, increasing to {threads}. MaxRequestWorkers must be at least as large as the number of threads in a single server.");

    public void WorkersNotAMultiple(int value, int threads, int rounded, int servers) => Warn("", "AH00316", "AH00513", nameof(MpmSettings.MaxRequestWorkers),
        $"MaxRequestWorkers of {value} is not an integer multiple of ThreadsPerChild of {threads}, decreasing to nearest multiple {rounded}, for a maximum of {servers} servers.");

    public void TooManyServers(int value, int servers, int limit, int clipped) => Warn("", "AH00318", "AH00515", nameof(MpmSettings.MaxRequestWorkers),
        $"MaxRequestWorkers of {value} would require {servers} servers and would exceed ServerLimit of {limit}, decreasing to {clipped}. To increase, please see the ServerLimit directive.");

    public void WorkersAboveServerLimit(int value, int limit) => Warn("AH00180", "", "", nameof(MpmSettings.MaxRequestWorkers),
        $"MaxRequestWorkers of {value} exceeds ServerLimit value of {limit} servers, decreasing MaxRequestWorkers to {limit}. To increase, please see the ServerLimit directive.");

    public void NoWorkers(int value) => Warn("AH00182", "", "", nameof(MpmSettings.MaxRequestWorkers),
        $"MaxRequestWorkers of {value} not allowed, increasing to 1.");

    public void StartServersTooLow(int value) => Warn("AH00184", "AH00320", "AH00517", nameof(MpmSettings.StartServers),
        $"StartServers of {value} not allowed, increasing to 1.");

    public void MinSpareTooLow(int value)
    {
        var directive = mpm == Mpm.Prefork ? nameof(MpmSettings.MinSpareServers) : nameof(MpmSettings.MinSpareThreads);
        Warn("AH00186", "AH00322", "AH00519", directive,
            $"{directive} of {value} not allowed, increasing to 1 to avoid almost certain server failure. Please read the documentation.");
    }

    /// <summary>The directive belongs to another MPM; httpd then does not know it and does not start.</summary>
    public void InvalidCommand(string directive) => Fatal(directive,
        $"Invalid command '{directive}', perhaps misspelled or defined by a module not included in the server configuration");

    /// <summary>A syntax error with the parser's own text.</summary>
    public void Fatal(string directive, string text) => _messages.Add(new("AH00526", IsFatal: true, directive, text));

    private void Warn(string prefork, string worker, string @event, string directive, string text)
    {
        var code = mpm switch
        {
            Mpm.Prefork => prefork,
            Mpm.Worker => worker,
            _ => @event,
        };
        _messages.Add(new(code, IsFatal: false, directive, "WARNING: " + text));
    }
}
