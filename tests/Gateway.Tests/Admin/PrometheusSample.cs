using System.Globalization;
using System.Text;

namespace Weir.Gateway.Tests.Admin;

/// <summary>A strict reader of the Prometheus text format, written from its grammar and not from our writer.</summary>
internal sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public static List<PrometheusSample> Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var samples = new List<PrometheusSample>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var typed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                var words = line.Split(' ', 4);
                Assert.Contains(words[1], (string[])["HELP", "TYPE"]);
                if (words[1] == "TYPE")
                {
                    Assert.True(typed.Add(words[2]), "a family's TYPE comes once: " + line);
                    Assert.Contains(words[3], (string[])["counter", "gauge", "histogram"]);
                }

                continue;
            }

            var sample = Line(line);
            Assert.Matches("^[a-zA-Z_:][a-zA-Z0-9_:]*$", sample.Name);
            Assert.All(sample.Labels.Keys, k => Assert.Matches("^[a-zA-Z_][a-zA-Z0-9_]*$", k));
            Assert.True(seen.Add(line[..line.LastIndexOf(' ')]), "a series comes once: " + line);
            samples.Add(sample);
        }

        return samples;
    }

    private static PrometheusSample Line(string line)
    {
        var at = line.IndexOfAny(['{', ' ']);
        var name = line[..at];
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (line[at] == '{')
        {
            at++;
            while (line[at] != '}')
            {
                var equals = line.IndexOf('=', at);
                var key = line[at..equals];
                Assert.Equal('"', line[equals + 1]);
                var value = new StringBuilder();
                for (at = equals + 2; line[at] != '"'; at++)
                {
                    if (line[at] == '\\')
                    {
                        at++;
                        value.Append(line[at] switch { 'n' => '\n', '\\' => '\\', '"' => '"', var c => throw new FormatException($"\\{c}") });
                    }
                    else
                    {
                        value.Append(line[at]);
                    }
                }

                labels.Add(key, value.ToString());
                at++;
                if (line[at] == ',')
                    at++;
            }

            at++;
        }

        Assert.Equal(' ', line[at]);
        var text = line[(at + 1)..];
        var number = text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };
        return new PrometheusSample(name, labels, number);
    }
}
