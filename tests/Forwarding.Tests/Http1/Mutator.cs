namespace Weir.Forwarding.Tests.Http1;

/// <summary>Changes valid messages a little, at the places and with the bytes where parsers differ.</summary>
internal static class Mutator
{
    private static readonly byte[][] Pieces =
    [
        "\r\n"u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\0"u8.ToArray(), " "u8.ToArray(), "\t"u8.ToArray(), ":"u8.ToArray(), ","u8.ToArray(),
        ";"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), "0"u8.ToArray(), "5"u8.ToArray(), "ffffffffffffffff"u8.ToArray(), "\u00e9"u8.ToArray(),
        [0x80], [0xff], [0x7f], "\r\n\r\n"u8.ToArray(), "0\r\n\r\n"u8.ToArray(), "5\r\nhello\r\n"u8.ToArray(), "Content-Length: 5\r\n"u8.ToArray(),
        "Content-Length: 0\r\n"u8.ToArray(), "Transfer-Encoding: chunked\r\n"u8.ToArray(), "Transfer-Encoding : chunked\r\n"u8.ToArray(),
        "Transfer-Encoding: gzip, chunked\r\n"u8.ToArray(), " folded\r\n"u8.ToArray(), "Connection: close\r\n"u8.ToArray(), "chunked"u8.ToArray(),
        "HTTP/1.1 200 OK\r\n"u8.ToArray(), "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), "HTTP/1.0"u8.ToArray(), "+"u8.ToArray(), "0x"u8.ToArray(),
    ];

    /// <summary>One of the messages with up to five changes; sometimes none.</summary>
    public static byte[] Mutate(byte[][] messages, Random random)
    {
        var made = messages[random.Next(messages.Length)].ToList();
        for (var changes = random.Next(6); changes > 0; changes--)
        {
            var at = random.Next(made.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < made.Count:
                    made[at] = (byte)random.Next(256);
                    break;
                case 1 when at < made.Count:
                    made.RemoveRange(at, Math.Min(made.Count - at, random.Next(1, 4)));
                    break;
                case 2 when at < made.Count:
                    made.InsertRange(at, made.GetRange(at, Math.Min(made.Count - at, random.Next(1, 40))));
                    break;
                case 3:
                    var line = LineStart(made, at);
                    made.InsertRange(line, Pieces[random.Next(Pieces.Length)]);
                    break;
                default:
                    made.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return [.. made];
    }

    private static int LineStart(List<byte> message, int before)
    {
        while (before > 0 && message[before - 1] != '\n')
            before--;
        return before;
    }
}
