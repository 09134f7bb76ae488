namespace Weir.Farm.Model;

/// <summary>The commands that change an Apache's MPM. The order matters: a missing step leaves a server that does not start.</summary>
public static class SwitchSteps
{
    /// <summary>Debian and Ubuntu.</summary>
    /// <param name="from">The MPM now.</param>
    /// <param name="to">The MPM wanted.</param>
    /// <param name="phpVersion">PHP's version when mod_php is loaded (<c>8.2</c>), else null.</param>
    public static IReadOnlyList<string> Debian(Mpm from, Mpm to, string? phpVersion)
    {
        if (from == to)
            return [];
        var steps = new List<string>();
        var leavesPhp = to != Mpm.Prefork && phpVersion is not null;
        if (leavesPhp)
            steps.Add($"a2dismod php{phpVersion}");
        steps.Add($"a2dismod mpm_{Name(from)}");
        steps.Add($"a2enmod mpm_{Name(to)}");
        if (leavesPhp)
        {
            steps.Add("a2enmod proxy_fcgi setenvif");
            steps.Add($"a2enconf php{phpVersion}-fpm");
        }

        steps.Add("apache2ctl -t");
        steps.Add("systemctl restart apache2   # a full restart: a graceful one keeps the old MPM's limits");
        steps.Add("a2query -M");
        return steps;
    }

    /// <summary>RHEL, Rocky, Alma, Fedora.</summary>
    public static IReadOnlyList<string> RedHat(Mpm from, Mpm to) => from == to
        ? []
        :
        [
            $"in /etc/httpd/conf.modules.d/00-mpm.conf comment out: LoadModule mpm_{Name(from)}_module modules/mod_mpm_{Name(from)}.so",
            $"and leave exactly one line active: LoadModule mpm_{Name(to)}_module modules/mod_mpm_{Name(to)}.so",
            "httpd -t",
            "systemctl restart httpd",
        ];

    private static string Name(Mpm mpm) => mpm.ToString().ToLowerInvariant();
}
