using Weir.Farm.Feed;

namespace Weir.Farm.Tests.Feed;

public sealed class FarmOptionsValidatorTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new FarmOptionsValidator().Validate(null, new FarmOptions()).Succeeded);

    [Fact]
    public void Every_fault_is_named_with_its_key()
    {
        var options = new FarmOptions
        {
            Reserve = 150,
            Servers =
            [
                new FarmServerOptions { Address = "http://10.0.0.1", Limit = 300, MaxRequestWorkers = 200 },
                new FarmServerOptions { Address = "HTTP://10.0.0.1:80/x", StatusUrl = "server-status" },
                new FarmServerOptions { Address = "ftp://host", Model = new MemoryModelOptions { RamMb = 256 } },
                new FarmServerOptions { Address = "http://10.0.0.2", MaxRequestWorkers = 150 },
            ],
        };

        Assert.Equal(
            [
                "Weir:Farm:Reserve is 150; allowed: less than Weir:Farm:Defaults:MaxRequestWorkers (150).",
                "Weir:Farm:Servers:0:Limit is 300; allowed: at most Weir:Farm:Servers:0:MaxRequestWorkers (200).",
                "Weir:Farm:Servers:1:Address is \"HTTP://10.0.0.1:80/x\"; Weir:Farm:Servers:0 names the same server.",
                "Weir:Farm:Servers:1:StatusUrl is \"server-status\"; allowed: an absolute http or https URL.",
                "Weir:Farm:Servers:2:Address is \"ftp://host\"; allowed: an absolute http or https URL.",
                "Weir:Farm:Servers:2:Model:RamMb is 256; allowed: more than ReservedMb and OtherServicesMb together (512).",
                "Weir:Farm:Servers:3:MaxRequestWorkers is 150; allowed: more than Weir:Farm:Reserve (150).",
            ],
            new FarmOptionsValidator().Validate(null, options).Failures);
    }
}
