namespace Weir.Transport.Server;

/// <summary>Names of connections: 13 characters of base 32, counted up from a random start; the form of Kestrel's own.</summary>
internal static class ConnectionId
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    private static long _last = Random.Shared.NextInt64();

    public static string Next() => string.Create(13, Interlocked.Increment(ref _last), static (text, id) =>
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(id & 31)];
            id >>>= 5;
        }
    });
}
