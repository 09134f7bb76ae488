using Weir.Support.Http;

namespace Weir.Gateway.Tests.RequestRules;

/// <summary>Every request of the corpus through a real gateway, over bare sockets.</summary>
public sealed class CorpusTests(RulesGateway gateway) : IClassFixture<RulesGateway>
{
    public static TheoryData<string> Names => [.. HttpCorpus.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_request_meets_its_fate(string name) =>
        Assert.Equal("", string.Join("; ", await new CorpusRunner(gateway.EndPoint, gateway.Origin).RunAsync(HttpCorpus.All.Single(c => c.Name == name))));

    [Fact]
    public void The_corpus_is_large_and_its_names_are_unique()
    {
        Assert.True(HttpCorpus.All.Count >= 94);
        Assert.Equal(HttpCorpus.All.Count, HttpCorpus.All.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count());
    }
}
