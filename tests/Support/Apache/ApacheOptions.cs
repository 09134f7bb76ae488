namespace Weir.Support.Apache;

/// <summary>How a test wants its Apache.</summary>
public sealed record ApacheOptions
{
    /// <summary>prefork, worker or event.</summary>
    public string Mpm { get; init; } = "event";

    /// <summary>Lines for the mpm block, for example <c>MaxRequestWorkers 150</c>; null writes none (Apache's own defaults).</summary>
    public string? MpmBlock { get; init; }

    /// <summary>Seconds; Apache's own default is 5.</summary>
    public int KeepAliveTimeout { get; init; } = 5;

    /// <summary>Requests per connection, 0 for no bound.</summary>
    public int MaxKeepAliveRequests { get; init; }

    /// <summary>Serves /server-status.</summary>
    public bool Status { get; init; } = true;

    /// <summary>Further modules by short name, for example <c>rewrite</c>.</summary>
    public string[] Modules { get; init; } = [];

    /// <summary>Lines appended to the configuration.</summary>
    public string Extra { get; init; } = "";

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }
}
