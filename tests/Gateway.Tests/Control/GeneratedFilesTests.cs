using System.Runtime.CompilerServices;
using System.Text.Json;
using Weir.Gateway.Control;
using Weir.Gateway.Control.Reference;

namespace Weir.Gateway.Tests.Control;

public sealed class GeneratedFilesTests
{
    [Fact]
    public void The_schema_is_what_the_options_classes_say() =>
        Same("appsettings.schema.json", SchemaWriter.Write(Sections.All));

    [Fact]
    public void The_reference_page_is_what_the_options_classes_say() =>
        Same("docs/reference/configuration.md", ReferenceWriter.Write(Sections.All));

    [Fact]
    public void The_schema_is_strict_and_describes_every_key()
    {
        using var schema = JsonDocument.Parse(SchemaWriter.Write(Sections.All));
        var weir = schema.RootElement.GetProperty("properties").GetProperty("Weir");
        Assert.False(weir.GetProperty("additionalProperties").GetBoolean());
        var admission = weir.GetProperty("properties").GetProperty("Admission");
        Assert.False(admission.GetProperty("additionalProperties").GetBoolean());
        var length = admission.GetProperty("properties").GetProperty("MaxLength");
        Assert.Equal((0, 1_000_000, 10_000), (length.GetProperty("minimum").GetInt32(), length.GetProperty("maximum").GetInt32(), length.GetProperty("default").GetInt32()));
        Assert.All(admission.GetProperty("properties").EnumerateObject(), p => Assert.True(p.Value.TryGetProperty("description", out _), p.Name));
    }

    private static void Same(string file, string generated, [CallerFilePath] string here = "")
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../..", file));
        Assert.True(File.ReadAllText(path) == generated, $"{file} is not what the options classes say. Run `make schema` and commit the result.");
    }
}
