using Microsoft.Extensions.Options;

namespace Weir.Gateway.Admin;

/// <summary>Rules that span settings of <see cref="ManagementOptions"/>.</summary>
internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ManagementOptions options)
    {
        if (!options.Enabled)
            return ValidateOptionsResult.Success;
        var failures = new List<string>();
        if (!ManagementAddress.TryParse(options.Url, out var address))
        {
            failures.Add($"{ManagementOptions.Section}:Url is '{options.Url}'; allowed: http:// with localhost or an IP address, and a port, "
                + "for example http://127.0.0.1:9090 (port 0 only with an IP address).");
        }
        else if (!address.IsLoopback && string.IsNullOrEmpty(options.Token) && string.IsNullOrEmpty(options.TokenFile))
        {
            failures.Add($"{ManagementOptions.Section}:Url is '{options.Url}', which others can reach; "
                + $"allowed without a token: loopback addresses only. Set {ManagementOptions.Section}:Token or {ManagementOptions.Section}:TokenFile.");
        }

        if (!string.IsNullOrEmpty(options.Token) && !string.IsNullOrEmpty(options.TokenFile))
            failures.Add($"{ManagementOptions.Section}:Token and {ManagementOptions.Section}:TokenFile are both set; allowed: one of them.");
        if (!string.IsNullOrEmpty(options.TokenFile) && BearerToken.Read(options.TokenFile) is null)
        {
            failures.Add($"{ManagementOptions.Section}:TokenFile is '{options.TokenFile}', which cannot be read or holds no token; "
                + $"allowed: a file whose first line has {BearerToken.MinLength} to {BearerToken.MaxLength} characters.");
        }

        for (var i = 0; i < options.AllowedHosts.Length; i++)
        {
            if (Uri.CheckHostName(options.AllowedHosts[i]) == UriHostNameType.Unknown)
            {
                failures.Add($"{ManagementOptions.Section}:AllowedHosts:{i} is '{options.AllowedHosts[i]}'; "
                    + "allowed: a host name or an IP address without scheme and port.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
