using System.Text;
using Weir.Support;

namespace Weir.Bench.Edge;

/// <summary>Bans as an operator makes them.</summary>
internal static class OperatorBans
{
    /// <summary>Bans for an hour; in force when this returns.</summary>
    /// <exception cref="HttpRequestException">The gateway does not take one of them.</exception>
    public static async Task AddAsync(HttpClient http, GatewayProcess gateway, IEnumerable<string> networks, CancellationToken stop)
    {
        using var list = new StringContent(string.Join('\n', networks), Encoding.UTF8, "text/plain");
        list.Headers.Add("X-Weir", "1");
        using var answer = await http.PostAsync(gateway.ManagementUrl + "/api/bans/import?duration=1h", list, stop);
        answer.EnsureSuccessStatusCode();
    }
}
