using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Transport.Tests;

internal static class Certificates
{
    /// <summary>A self-signed certificate of this minute.</summary>
    public static X509Certificate2 New()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    /// <summary>A client that trusts this certificate.</summary>
    public static HttpClient Client(string version, X509Certificate2 trusted) => new(
        new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, peer, _, _) => peer?.GetCertHashString() == trusted.GetCertHashString() } })
    {
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Wire.Patience,
    };
}
