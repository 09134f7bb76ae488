using Weir.Farm.Readers.Config;

namespace Weir.Farm.Tests.Readers;

public sealed class EnvVarsFileTests
{
    private const string Debian = """
        # envvars - default environment variables for apache2ctl
        unset HOME
        if [ "${APACHE_CONFDIR##/etc/apache2-}" != "${APACHE_CONFDIR}" ] ; then
            SUFFIX="-${APACHE_CONFDIR##/etc/apache2-}"
        else
            SUFFIX=
        fi
        export APACHE_RUN_USER=www-data
        export APACHE_LOG_DIR=/var/log/apache2$SUFFIX
        export QUOTED='a $b' WIDE
        export FALLBACK=${NOTHING:-four}
        #export APACHE_ARGUMENTS=''
        """;

    [Theory]
    [InlineData("/etc/apache2", "/var/log/apache2")]
    [InlineData("/etc/apache2-second", "/var/log/apache2-second")]
    public void Debians_file_gives_the_folders_of_each_instance(string folder, string log)
    {
        var values = EnvVarsFile.Parse(Debian, folder);

        Assert.Equal("www-data", values["APACHE_RUN_USER"]);
        Assert.Equal(log, values["APACHE_LOG_DIR"]);
        Assert.Equal("four", values["FALLBACK"]);
        Assert.DoesNotContain("APACHE_ARGUMENTS", values.Keys);
    }

    [Fact]
    public void A_condition_that_is_not_understood_sets_nothing()
    {
        var values = EnvVarsFile.Parse("if test -x /bin/true; then\nexport A=1\nelse\nexport A=2\nfi\nexport B=3", "/etc/apache2");

        Assert.DoesNotContain("A", values.Keys);
        Assert.Equal("3", values["B"]);
    }

    [Fact]
    public void A_file_that_is_not_there_is_empty() => Assert.Empty(EnvVarsFile.Read("/nowhere/envvars"));
}
