using System.Text;

namespace Weir.Bench.Measure;

/// <summary>A Markdown table, padded so that it reads on a terminal too; the first column is text, the others are figures.</summary>
internal sealed class Table(params string[] header)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] row) => _rows.Add(row);

    public override string ToString()
    {
        string[][] all = [header, .. _rows];
        var widths = header.Select((_, column) => all.Max(r => r[column].Length)).ToArray();
        var text = new StringBuilder();
        string Line(string[] row) => "| " + string.Join(" | ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))) + " |";
        text.AppendLine(Line(header));
        text.AppendLine("|" + string.Join("|", widths.Select((w, i) => i == 0 ? new string('-', w + 2) : new string('-', w + 1) + ":")) + "|");
        foreach (var row in _rows)
            text.AppendLine(Line(row));
        return text.ToString();
    }
}
