using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Weir.Gateway.Cli.Explain;

/// <summary>Asks a running gateway's management listener for a document.</summary>
internal static class LiveGateway
{
    /// <summary>Asks, and reads the answer.</summary>
    /// <param name="management">Its management listener.</param>
    /// <param name="path">With the query.</param>
    /// <param name="token">Bearer token; null sends none.</param>
    /// <param name="patience">How long the whole may take.</param>
    /// <param name="read">Takes what it needs out of the document.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What was read, or why it is not there; the latter a part of a sentence.</returns>
    public static async Task<(T? Found, string? WhyNot)> AskAsync<T>(
        Uri management, string path, string? token, TimeSpan patience, Func<JsonElement, T> read, CancellationToken cancel)
        where T : class
    {
        using var client = new HttpClient();
        client.Timeout = patience;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(management, path));
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request, cancel);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                return (null, $"the running gateway wants {(token is null ? "a" : "another")} token: --token-file or {ManagementToken.Variable}");
            if (!response.IsSuccessStatusCode)
                return (null, string.Create(CultureInfo.InvariantCulture, $"{management} answered {(int)response.StatusCode}"));
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            using var document = await JsonDocument.ParseAsync(body, default, cancel);
            return (read(document.RootElement), null);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return (null, "no running gateway answered");
        }
    }
}
