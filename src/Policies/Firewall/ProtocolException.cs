namespace Weir.Policies.Firewall;

/// <summary>The other side said no, or something that nobody understands.</summary>
/// <param name="code">One of <see cref="Protocol"/>.</param>
/// <param name="text">For people.</param>
internal sealed class ProtocolException(string code, string text) : Exception(text)
{
    public string Code => code;
}
