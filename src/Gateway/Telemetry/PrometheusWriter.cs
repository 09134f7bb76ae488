using System.Text;

namespace Weir.Gateway.Telemetry;

/// <summary>Writes the Prometheus text exposition format 0.0.4.</summary>
internal sealed class PrometheusWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly StringBuilder _text = new();

    /// <summary>The head of a family; its samples must follow without others between them.</summary>
    public void Family(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ');
        PrometheusText.Escape(_text, help, quotes: false);
        _text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <param name="name">Name with its suffix.</param>
    /// <param name="labels">Escaped text between the braces; empty writes none.</param>
    /// <param name="value">Any number.</param>
    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(PrometheusText.Number(value)).Append('\n');
    }

    /// <summary>A family of one sample.</summary>
    public void Single(string name, string type, string help, double value, string labels = "")
    {
        Family(name, type, help);
        Sample(name, labels, value);
    }

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());
}
