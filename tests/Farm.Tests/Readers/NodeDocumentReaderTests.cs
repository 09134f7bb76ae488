using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Weir.Farm.Model;
using Weir.Farm.Readers.Node;

namespace Weir.Farm.Tests.Readers;

public sealed class NodeDocumentReaderTests
{
    [Fact]
    public void Every_member_is_read()
    {
        Assert.True(NodeDocumentReader.TryRead(Utf8("""
            {"mpm":"worker","maxRequestWorkers":4025,"threadsPerChild":25,"serverLimit":161,"threadLimit":64,"asyncRequestWorkerFactor":2.5,
             "keepAliveTimeout":5,"maxKeepAliveRequests":0,"memAvailable":8589934592,"generation":7}
            """), out var document, out _));

        Assert.Equal(
            new NodeDocument
            {
                Mpm = Mpm.Worker,
                MaxRequestWorkers = 4025,
                ThreadsPerChild = 25,
                ServerLimit = 161,
                ThreadLimit = 64,
                AsyncRequestWorkerFactor = 2.5,
                KeepAliveTimeout = TimeSpan.FromSeconds(5),
                MaxKeepAliveRequests = 0,
                MemAvailable = 8_589_934_592,
                Generation = 7,
            },
            document);
    }

    [Theory]
    [InlineData("""{"maxRequestWorkers":0}""", "maxRequestWorkers is 0; allowed: whole numbers from 1 to 200000.")]
    [InlineData("""{"maxRequestWorkers":"150"}""", "maxRequestWorkers is \"150\"; allowed: whole numbers from 1 to 200000.")]
    [InlineData("""{"mpm":"itk"}""", "mpm is \"itk\"; allowed: \"prefork\", \"worker\", \"event\".")]
    [InlineData("""{"keepAliveTimeout":-1}""", "keepAliveTimeout is -1; allowed: 0 to 86400.")]
    [InlineData("""[1]""", "The node document is a JSON array; allowed: an object.")]
    [InlineData("""{"generation":1,"generation":2}""", "Member \"generation\" stands twice in the node document.")]
    [InlineData("""{"maxRequestWorkers":10,"threadsPerChild":25}""", "threadsPerChild is 25; allowed: at most maxRequestWorkers (10).")]
    public void A_wrong_member_rejects_the_document_and_says_why(string json, string expected)
    {
        Assert.False(NodeDocumentReader.TryRead(Utf8(json), out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void An_unknown_member_is_named()
    {
        Assert.False(NodeDocumentReader.TryRead(Utf8("""{"maxClients":150}"""), out _, out var error));
        Assert.StartsWith("Member \"maxClients\" is unknown; allowed: mpm,", error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() =>
        Prop.ForAll<byte[]>(bytes => NodeDocumentReader.TryRead(bytes, out var d, out var error) ? d is not null : error is not null).QuickCheckThrowOnFailure();

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
