using System.Text;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Tests.Http1;

/// <summary>Keeps what a parser told of a head, as text.</summary>
internal sealed class HeadRecord : IResponseHeadHandler
{
    private readonly List<(string Name, string Value)> _headers = [];

    public int Status { get; private set; }

    public bool IsHttp10 { get; private set; }

    public string Reason { get; private set; } = "";

    public IReadOnlyList<(string Name, string Value)> Headers => _headers;

    /// <summary>Everything in one text.</summary>
    public string All => $"{Status} {IsHttp10} {Reason}\n{string.Join('\n', _headers.Select(h => $"[{h.Name}][{h.Value}]"))}";

    /// <summary>The head that would be written for it.</summary>
    public byte[] Written => Encoding.Latin1.GetBytes(
        $"HTTP/1.{(IsHttp10 ? 0 : 1)} {Status} {Reason}\r\n{string.Concat(_headers.Select(h => $"{h.Name}: {h.Value}\r\n"))}\r\n");

    public static (HeadStatus Status, HeadRecord Record, int Length, ResponseFault Fault) Read(ReadOnlySpan<byte> bytes)
    {
        var record = new HeadRecord();
        var status = ResponseHeadParser.Parse(bytes, record, out var length, out var fault);
        return (status, record, length, fault);
    }

    public void OnStatus(int status, bool isHttp10, ReadOnlySpan<byte> reason) =>
        (Status, IsHttp10, Reason) = (status, isHttp10, Encoding.Latin1.GetString(reason));

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _headers.Add((Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));
}
