using System.Collections;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Tests.Admission;
using Weir.Forwarding.Tests.Connections;
using Weir.Forwarding.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Tests.Upstream;

public sealed class ForwarderAllocationTests
{
    private const string Head =
        "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nServer: Apache\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nETag: \"400-60dd\"\r\n"
        + "Accept-Ranges: bytes\r\nContent-Length: 1024\r\nKeep-Alive: timeout=5, max=100\r\nConnection: Keep-Alive\r\nContent-Type: text/html\r\n\r\n";

    private readonly SinkWriter _sink = new();

    [Fact]
    public async Task A_request_with_a_small_answer_allocates_nothing_in_the_steady_state()
    {
        using var farm = new Farm();
        var connector = new FakeConnector(() => new FakeChannel(Encoding.Latin1.GetBytes(Head + new string('x', 1024))));
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<IUpstreamConnector>(connector)
            .AddForwarding()
            .AddSingleton(farm.Directory)
            .BuildServiceProvider();
        var forwarder = services.GetRequiredService<Http1Forwarder>();
        var request = new ReusedContext(farm.Cluster);
        request.Context.Features.Set<IHttpResponseBodyFeature>(new Body(_sink));
        var headers = new ReusedHeaders();
        request.Headers = headers;
        request.Context.Request.Headers.Host = "site.example";
        request.Context.Request.Headers.Accept = "*/*";
        request.Context.Request.Headers.UserAgent = "test";
        var client = farm.Cluster.Model.HttpClient;
        var failed = 0;
        var route = farm.Rules.For("r");
        var (server, member) = (farm.Server(), farm.Line.Members.All[0]);
        void One()
        {
            failed += server.TryAcquire(out var slot) ? 0 : 1;
            AdmissionTicket.Issue(request.Context, farm.Line, farm.Rules, route, member, slot, 0, 0, null);
            var sent = forwarder.SendAsync(request.Context, "http://10.0.0.1/", client, ForwarderRequestConfig.Empty, HttpTransformer.Default);
            failed += sent.IsCompletedSuccessfully && sent.GetAwaiter().GetResult() == ForwarderError.None ? 0 : 1;
            headers.Clear();
            request.End();
        }

        for (var i = 0; i < 3000; i++)
            One();
        Assert.Equal((0, 3000L * 1024, 1), (failed, _sink.Taken, connector.Made.Count));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            One();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000.0;

        Assert.Equal(0, failed);
        // ASP.NET Core's interface of headers is enumerated: one enumerator for each request.
        Assert.Equal(0, each - Enumerator(request.Context.Request.Headers));
    }

    private static double Enumerator(IHeaderDictionary headers)
    {
        static int Count(IHeaderDictionary headers)
        {
            var count = 0;
            foreach (var _ in headers)
                count++;
            return count;
        }

        for (var i = 0; i < 3000; i++)
            Count(headers);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Count(headers);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000.0;
    }

    /// <summary>Response headers that keep their room, as Kestrel's do.</summary>
    private sealed class ReusedHeaders : IHeaderDictionary
    {
        private readonly Dictionary<string, StringValues> _all = new(StringComparer.OrdinalIgnoreCase);

        public long? ContentLength { get; set; }

        public ICollection<string> Keys => _all.Keys;

        public ICollection<StringValues> Values => _all.Values;

        public int Count => _all.Count;

        public bool IsReadOnly => false;

        public StringValues this[string key]
        {
            get => _all.GetValueOrDefault(key);
            set => _all[key] = value;
        }

        public void Clear()
        {
            _all.Clear();
            ContentLength = null;
        }

        public void Add(string key, StringValues value) => _all.Add(key, value);

        public void Add(KeyValuePair<string, StringValues> item) => _all.Add(item.Key, item.Value);

        public bool Contains(KeyValuePair<string, StringValues> item) => _all.Contains(item);

        public bool ContainsKey(string key) => _all.ContainsKey(key);

        public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex) => ((ICollection<KeyValuePair<string, StringValues>>)_all).CopyTo(array, arrayIndex);

        public bool Remove(string key) => _all.Remove(key);

        public bool Remove(KeyValuePair<string, StringValues> item) => _all.Remove(item.Key);

        public bool TryGetValue(string key, out StringValues value) => _all.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => _all.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => _all.GetEnumerator();
    }

    private sealed class Body(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => Stream.Null;

        public PipeWriter Writer => writer;

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
