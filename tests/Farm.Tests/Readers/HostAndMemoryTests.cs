using Weir.Farm.Readers;
using Weir.Farm.Readers.Config;
using Weir.Farm.Readers.Host;
using Weir.Farm.Readers.Memory;

namespace Weir.Farm.Tests.Readers;

public sealed class HostAndMemoryTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_machine_is_read_from_proc()
    {
        _root.Write("proc/meminfo", "MemTotal:       41943040 kB\nMemFree: 1 kB\nMemAvailable:   20971520 kB\n");
        _root.Write("proc/cpuinfo", "processor\t: 0\nmodel x\nprocessor\t: 1\n");
        _root.Write("proc/sys/kernel/pid_max", "4194304\n");
        _root.Write("proc/sys/kernel/threads-max", "192000\n");
        _root.Write("proc/42/limits", "Limit   Soft Limit  Hard Limit  Units\nMax open files            8192                 524288               files\n");
        var host = new HostReader(_root.Path).Read(42);

        Assert.Equal(new HostSize { RamMb = 40960, AvailableMb = 20480, Cores = 2, NoFile = 8192, TasksMax = 192000 }, host);
    }

    [Fact]
    public void A_control_group_of_version_2_narrows_the_machine_at_every_level()
    {
        Machine();
        _root.Write("proc/42/cgroup", "0::/system.slice/apache2.service\n");
        _root.Write("sys/fs/cgroup/system.slice/memory.max", "1073741824\n");
        _root.Write("sys/fs/cgroup/system.slice/apache2.service/memory.max", "max\n");
        _root.Write("sys/fs/cgroup/system.slice/apache2.service/pids.max", "4915\n");
        _root.Write("sys/fs/cgroup/system.slice/apache2.service/cpu.max", "150000 100000\n");
        var host = new HostReader(_root.Path).Read(42);

        Assert.Equal(1024, host.RamMb);
        Assert.Equal(1.5, host.Cores);
        Assert.Equal(4915, host.TasksMax);
    }

    [Fact]
    public void A_control_group_of_version_1_does_so_too()
    {
        Machine();
        _root.Write("proc/42/cgroup", "8:pids:/web\n4:memory:/web\n2:cpu,cpuacct:/web\n0::/\n");
        _root.Write("sys/fs/cgroup/pids/web/pids.max", "500\n");
        _root.Write("sys/fs/cgroup/memory/web/memory.limit_in_bytes", "536870912\n");
        _root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        _root.Write("sys/fs/cgroup/cpu/web/cpu.cfs_quota_us", "50000\n");
        _root.Write("sys/fs/cgroup/cpu/web/cpu.cfs_period_us", "100000\n");
        var host = new HostReader(_root.Path).Read(42);

        Assert.Equal((512, 0.5, 500), (host.RamMb, host.Cores, host.TasksMax));
    }

    [Fact]
    public void What_cannot_be_read_is_null() => Assert.Equal(new HostSize(), new HostReader(_root.Path).Read());

    [Fact]
    public void Only_the_children_of_the_given_parent_count()
    {
        Farm();
        var memory = new ApacheMemoryReader(_root.Path).Read(10)!;

        Assert.Equal([11, 12], memory.Children.Select(c => c.Pid));
        Assert.Equal(2.0, memory.ChildrenPssMb);
        Assert.Equal(1.0, memory.PerChildMb);
        Assert.Equal(20.0, memory.ChildrenRssMb);
        Assert.Equal(10.0, memory.Overcount);
        Assert.Equal(900, memory.UptimeSeconds!.Value, 3);
        Assert.Null(new ApacheMemoryReader(_root.Path).Read(999));
    }

    [Fact]
    public void The_published_ps_line_counts_every_Apache_and_every_shared_page()
    {
        Farm();
        var ps = new PsMemoryReader(_root.Path).Read()!;

        Assert.Equal(5, ps.Processes);
        Assert.Equal(50.0, ps.TotalMb);
        Assert.Equal(10.0, ps.AverageMb);
        Assert.Equal(10.0, ps.TimesTooMuch);
        Assert.Null(new PsMemoryReader(_root.Path, "httpd").Read());
    }

    [Fact]
    public void Two_samples_give_the_cost_of_a_working_thread()
    {
        var parent = new ProcessMemory(1, 0, 1, 1, 1);
        var idle = new ApacheMemory(parent, [new(2, 1, 10, 20, 27)], 1);
        var busy = new ApacheMemory(parent, [new(2, 1, 12.5, 30, 27)], 1);

        Assert.Equal(0.1, ApacheMemory.PerThreadMb(idle, busy, 25));
        Assert.Null(ApacheMemory.PerThreadMb(busy, idle, 25));
        Assert.Null(ApacheMemory.PerThreadMb(idle, busy, 0));
    }

    [Fact]
    public void Pools_of_every_PHP_version_are_summed_and_comments_are_not()
    {
        _root.Write("etc/php/8.2/fpm/pool.d/www.conf", "[global]\npm.max_children = 999\n[www]\n;pm.max_children = 7\npm.max_children = 50 ; note\n");
        _root.Write("etc/php/8.3/fpm/pool.d/b.conf", "[shop]\npm.max_children=20\n[blog]\npm.max_children = \"5\"\n");
        _root.Write("etc/php-fpm.d/c.conf", "[c]\npm.max_children = 1\n");

        Assert.Equal(76, new PhpFpmPoolReader(_root.Path).Read().Values.Sum());
        Assert.Empty(new PhpFpmPoolReader(_root.Path + "/none").Read());
    }

    [Fact]
    public void The_deepest_mount_tells_the_device()
    {
        _root.Write("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 a rw\n2 1 8:2 / /var rw - ext4 b rw\n3 2 8:3 / /var/cache\\040x rw - ext4 c rw\n");
        var mounts = new MountTable(_root.Path);

        Assert.Equal("8:2", mounts.Device("/var/log/apache2"));
        Assert.Equal("8:3", mounts.Device("/var/cache x/y"));
        Assert.Equal("8:1", mounts.Device("/variable"));
    }

    [Fact]
    public void The_binarys_answer_names_version_MPM_and_files()
    {
        var build = ApacheBuild.Parse("Server version: Apache/2.4.62 (Debian)\nServer MPM:     event\n -D HTTPD_ROOT=\"/etc/apache2\"\n -D SERVER_CONFIG_FILE=\"apache2.conf\"\n")!;

        Assert.Equal((new Version(2, 4, 62), Weir.Farm.Model.Mpm.Event, "/etc/apache2/apache2.conf"), (build.Version, build.Mpm!.Value, build.ConfigFile));
        Assert.Null(ApacheBuild.Parse("nginx version: nginx/1.22"));
        Assert.Null(ApacheBuild.Parse("Server version: Apache/2.4.62 (Debian)\nServer MPM:     \nServer compiled with....\n")!.Mpm);
    }

    [Fact]
    public void Apaches_own_dump_keeps_file_line_and_section()
    {
        var directives = DumpConfigParser.Parse("Dump Configuration:\n# In file: /etc/a.conf\n#  87:\nMaxRequestWorkers 100\n#   9:\n<Directory \"/a b\">\n  #  10:\n  KeepAlive Off\n</Directory>\n");

        var workers = directives.Single(d => d.Name == "MaxRequestWorkers");
        Assert.Equal(("/etc/a.conf", 87), (workers.File, workers.Line));
        Assert.Equal(["Directory"], directives.Single(d => d.Name == "KeepAlive").Sections);
    }

    private void Machine()
    {
        _root.Write("proc/meminfo", "MemTotal: 41943040 kB\n");
        _root.Write("proc/cpuinfo", "processor : 0\nprocessor : 1\n");
        _root.Write("proc/sys/kernel/pid_max", "32768\n");
    }

    private void Farm()
    {
        _root.Write("proc/uptime", "1000.00 1900.00\n");
        foreach (var (pid, parent, command) in new[] { (10, 1, "apache2"), (11, 10, "apache2"), (12, 10, "apache2"), (20, 1, "apache2"), (21, 20, "apache2"), (30, 10, "rotatelogs x)") })
        {
            // Apache's piped logger is a child of its parent, too, but serves nothing.
            _root.Write($"proc/{pid}/comm", command + "\n");
            _root.Write($"proc/{pid}/stat", $"{pid} ({command}) S {parent} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 10000 1 1\n");
            _root.Write($"proc/{pid}/status", "VmRSS:\t   10240 kB\nThreads:\t27\n");
            _root.Write($"proc/{pid}/smaps_rollup", "Rss: 10240 kB\nPss:                1024 kB\nPss_Anon: 5 kB\n");
        }
    }
}
