using System.Net;

namespace Weir.Gateway.Admin.Edge;

/// <summary>A request that nobody has sent.</summary>
/// <param name="Client">Whose it would be.</param>
/// <param name="Method">In capitals.</param>
/// <param name="Url">As the client would ask for it.</param>
/// <param name="Route">Id of the route that takes it; null for none.</param>
/// <param name="Status">How it would be answered; null tries those that a jail may count.</param>
/// <param name="Referer">Null for none.</param>
/// <param name="UserAgent">Null for none.</param>
/// <param name="HasCredentials">It brings an Authorization header.</param>
internal sealed record EdgeQuestion(
    IPAddress Client, string Method, Uri Url, string? Route, int? Status, string? Referer, string? UserAgent, bool HasCredentials)
{
    /// <summary>As the query of <c>/api/explain</c>.</summary>
    public string ToQuery()
    {
        var query = QueryString.Create("client", Client.ToString()).Add("method", Method).Add("url", Url.AbsoluteUri);
        if (Route is not null)
            query = query.Add("route", Route);
        if (Status is { } status)
            query = query.Add("status", $"{status}");
        if (Referer is not null)
            query = query.Add("referer", Referer);
        if (UserAgent is not null)
            query = query.Add("agent", UserAgent);
        if (HasCredentials)
            query = query.Add("credentials", "true");
        return query.ToUriComponent();
    }

    /// <summary>Reads what <see cref="ToQuery"/> writes.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public static string? Read(IQueryCollection query, out EdgeQuestion? question)
    {
        question = null;
        if (!IPAddress.TryParse(query["client"].ToString(), out var client))
            return $"client is '{query["client"]}'; allowed: an IPv4 or IPv6 address.";
        if (!Uri.TryCreate(query["url"].ToString(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return $"url is '{query["url"]}'; allowed: an absolute http or https URL.";
        int? status = null;
        if (Text("status") is { } text)
        {
            if (!int.TryParse(text, out var number) || number is < 100 or > 599)
                return $"status is '{text}'; allowed: 100 to 599.";
            status = number;
        }

        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        question = new EdgeQuestion(
            client, (Text("method") ?? "GET").ToUpperInvariant(), url, Text("route"), status, Text("referer"), Text("agent"), Text("credentials") == "true");
        return null;

        string? Text(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
    }
}
