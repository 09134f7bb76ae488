using Weir.Gateway.Control;

namespace Weir.Gateway.Tests.Control;

public sealed class StrictBinderTests
{
    private static readonly Section Sample = Section.Of("Weir:Sample", new SampleOptionsValidator());
    private static readonly Section Admission = Sections.All.Single(s => s.Path == "Weir:Admission");

    [Theory]
    [InlineData("""{"Limt": 3}""", "Weir:Sample:Limt is unknown; the nearest known key is Limit.")]
    [InlineData("""{"Limit": 0}""", "Weir:Sample:Limit is 0; allowed: 1 to 200000.")]
    [InlineData("""{"Limit": "many"}""", "Weir:Sample:Limit is 'many'; expected a whole number, 1 to 200000.")]
    [InlineData("""{"Limit": 1.5}""", "Weir:Sample:Limit is '1.5'; expected a whole number, 1 to 200000.")]
    [InlineData("""{"Limit": 99999999999}""", "Weir:Sample:Limit is '99999999999'; expected a whole number, 1 to 200000.")]
    [InlineData("""{"Limit": null}""", "Weir:Sample:Limit is null; expected a whole number, 1 to 200000.")]
    [InlineData("""{"Limit": {"a": 1}}""", "Weir:Sample:Limit is an object or a list; expected a whole number, 1 to 200000.")]
    [InlineData("""{"Spare": 9000000000}""", "Weir:Sample:Spare is 9000000000; allowed: 0 to 10.")]
    [InlineData("""{"Name": null}""", "Weir:Sample:Name is missing; it must be set.")]
    [InlineData("""{"Secret": "hunter2"}""", "Weir:Sample:Secret is (hidden); allowed: 8 to 20 characters.")]
    [InlineData("""{"Plain": null}""", "Weir:Sample:Plain is null; expected a text.")]
    [InlineData("""{"Flag": "yes"}""", "Weir:Sample:Flag is 'yes'; expected true or false.")]
    [InlineData("""{"Share": "half"}""", "Weir:Sample:Share is 'half'; expected a number.")]
    [InlineData("""{"Day": "Munday"}""", "Weir:Sample:Day is 'Munday'; expected one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday; the nearest is Sunday.")]
    [InlineData("""{"Day": 1}""", "Weir:Sample:Day is '1'; expected one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday; the nearest is Sunday.")]
    [InlineData("""{"Letter": "c"}""", "Weir:Sample:Letter is 'c'; allowed: a, b.")]
    [InlineData("""{"Wait": "00:02:00"}""", "Weir:Sample:Wait is 00:02:00; allowed: 00:00:01 to 00:01:00.")]
    [InlineData("""{"Wait": 5}""", "Weir:Sample:Wait is '5'; expected a duration as hh:mm:ss, hh:mm:ss.fff or d.hh:mm:ss, 00:00:01 to 00:01:00.")]
    [InlineData("""{"Words": "one"}""", "Weir:Sample:Words is 'one'; expected a list.")]
    [InlineData("""{"Words": {"x": "one"}}""", "Weir:Sample:Words:x is a name; Weir:Sample:Words is a list, whose keys are 0, 1, 2 ....")]
    [InlineData("""{"Numbers": [1, 10]}""", "Weir:Sample:Numbers:1 is 10; allowed: 1 to 9.")]
    [InlineData("""{"Numbers": [1, 2, 3]}""", "Weir:Sample:Numbers has 3 values; allowed: 0 to 2.")]
    [InlineData("""{"Items": [{"Count": 1}, {"Count": 6}]}""", "Weir:Sample:Items:1:Count is 6; allowed: 0 to 5.")]
    [InlineData("""{"ByName": {"x": {"Count": -1}}}""", "Weir:Sample:ByName:x:Count is -1; allowed: 0 to 5.")]
    [InlineData("""{"ByName": 3}""", "Weir:Sample:ByName is '3'; expected an object whose keys are names.")]
    [InlineData("""{"Nested": 3}""", "Weir:Sample:Nested is '3'; expected an object with the keys Count.")]
    [InlineData("""{"Limit": 2, "Nested": {"Count": 4}}""", "Weir:Sample:Limit is 2; allowed: 4 or more (Weir:Sample:Nested:Count).")]
    public async Task A_fault_is_named_with_its_key_what_is_allowed_and_what_was_found(string sample, string expected) =>
        Assert.Equal([expected], await Compilation.ErrorsOfAsync($$"""{"Weir": {"Sample": {{sample}} } }""", Sample, Admission));

    [Fact]
    public async Task A_token_that_is_too_short_is_not_shown() =>
        Assert.Equal(
            ["Weir:Management:Token is (hidden); allowed: 16 to 4096 characters."],
            await Compilation.ErrorsOfAsync("""{"Weir": {"Management": {"Token": "swordfish"}}}"""));

    [Fact]
    public async Task Values_bind_without_regard_to_case_and_a_list_replaces_its_default()
    {
        var result = await Compilation.OfAsync(
            """
            { // a comment
              "weir": { "SAMPLE": { "limit": 9, "spare": null, "day": "friday", "words": ["x", "y"], "numbers": [],
                "byName": {"A": {"count": 2}}, "items": [{}], "wait": "00:00:03.5", } } }
            """,
            sections: [Sample, Admission]);
        Assert.Empty(result.Errors);
        var bound = (SampleOptions)result.Candidate.Options["Weir:Sample"];
        Assert.Equal((9, null, DayOfWeek.Friday, 3.5), (bound.Limit, bound.Spare, bound.Day, bound.Wait.TotalSeconds));
        Assert.Equal(["x", "y"], bound.Words);
        Assert.Empty(bound.Numbers);
        Assert.Equal(2, bound.ByName["a"].Count);
        Assert.Equal(1, Assert.Single(bound.Items).Count);
        Assert.Equal("default", bound.Name);
    }

    [Fact]
    public async Task A_section_that_nobody_knows_is_a_fault() =>
        Assert.Equal(
            ["Weir:Admision is unknown; the nearest known section is Weir:Admission."],
            await Compilation.ErrorsOfAsync("""{"Weir": {"Admision": {"MaxWait": "00:00:01"}}}"""));

    [Theory]
    [InlineData("{\n  \"Weir\": {,}\n}", "weir.json: line 2, column 12:")]
    [InlineData("[]", "weir.json: line 1, column 1: the file must hold one JSON object.")]
    [InlineData("", "weir.json: line 1, column 1:")]
    [InlineData("{} x", "weir.json: line 1, column 4:")]
    [InlineData("{\n  \"A\": 1,\n  \"a\": 2\n}", "a stands twice in weir.json: again at line 3, column 3.")]
    public async Task A_file_that_is_no_JSON_says_where(string json, string expected) =>
        Assert.StartsWith(expected, Assert.Single(await Compilation.ErrorsOfAsync(json)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\n  \"A\": \"\\ud800\"\n}", "weir.json: line 2, column 8: the text that begins here is no UTF-8, or holds half of a surrogate pair")]
    [InlineData("{\n  \"\\udc00\": 1\n}", "weir.json: line 2, column 3: the text that begins here is no UTF-8")]
    [InlineData("{\"A\": [1,\n\"x\u00ffy\"]}", "weir.json: line 2, column 1: the text that begins here is no UTF-8")]
    public async Task A_text_that_is_no_Unicode_says_where(string json, string expected)
    {
        using var directory = new ConfigurationDirectory();
        // One byte for each character, so that U+00FF is a byte that UTF-8 never has.
        await File.WriteAllBytesAsync(directory.File("weir.json"), System.Text.Encoding.Latin1.GetBytes(json));
        var sources = Weir.Gateway.Control.Sources.SettingsSources.From(["--config", directory.File("weir.json")], new Dictionary<string, string>());
        await using var compiler = new Weir.Gateway.Control.Compile.ConfigurationCompiler(sources, GatewayHost.AddDataPlane);
        var error = Assert.Single((await compiler.CompileAsync()).Errors);
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("weir.json:", error.Origin, StringComparison.Ordinal);
        Assert.False(sources.Take().IsWhole);
    }

    [Fact]
    public async Task Command_line_beats_environment_beats_file()
    {
        var result = await Compilation.OfAsync(
            """{"Weir": {"Admission": {"MaxLength": 1, "MaxBytes": 1, "Retry": {"MaxAttempts": 1}}}}""",
            ["--Weir:Admission:MaxLength=3"],
            new Dictionary<string, string> { ["Weir__Admission__MaxLength"] = "2", ["WEIR__ADMISSION__MAXBYTES"] = "2", ["Weir__Admission__Retry__MaxAttempts"] = "99" });
        var error = Assert.Single(result.Errors);
        Assert.Equal("Weir:Admission:Retry:MaxAttempts is 99; allowed: 0 to 10.", error.Message);
        Assert.Equal("environment variable Weir__Admission__Retry__MaxAttempts", error.Origin);
        var admission = (Weir.Forwarding.Admission.AdmissionOptions)result.Candidate.Options["Weir:Admission"];
        Assert.Equal((3, 2L), (admission.MaxLength, admission.MaxBytes));
    }
}
