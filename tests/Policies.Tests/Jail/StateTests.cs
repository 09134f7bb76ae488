using Weir.Policies.Contracts;
using Weir.Policies.Jail.State;

namespace Weir.Policies.Tests.Jail;

public sealed class StateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-jail-").FullName;

    private string StateFile => Path.Combine(_folder, "deep", "jail.state");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Bans_and_their_numbers_survive_a_restart_and_ended_ones_do_not()
    {
        using (var before = await StartAsync())
        {
            before.Bans.Add(before.Ban("192.0.2.7", TimeSpan.FromHours(1), "test", BanOrigin.Jail) with { Reason = "ü \"quoted\"" });
            before.Bans.Add(before.Ban("2001:db8::/48", null));
            before.Bans.Add(before.Ban("192.0.2.9", TimeSpan.FromMinutes(1)));
            await before.Get<BanKeeper>().StoppedAsync(default);
        }

        using var after = new Cell(o => o.StateFile = StateFile);
        after.Time.Advance(TimeSpan.FromMinutes(5));
        await after.Get<BanKeeper>().StartingAsync(default);
        Assert.Equal(2, after.Bans.Count);
        var ban = after.Bans.Find(System.Net.IPAddress.Parse("192.0.2.7"))!;
        Assert.Equal(("test", "ü \"quoted\"", BanOrigin.Jail, 1, true), (ban.Jail, ban.Reason, ban.Origin, ban.Count, ban.IsDirect));
        Assert.True(after.IsBanned("2001:db8::1"));
        Assert.Equal(1, after.List.Earlier(ban.Network, "test"));
        Assert.Equal(["Added 192.0.2.7/32", "Added 2001:db8::/48"], after.Heard.Changes.Order());
        Assert.Contains("2 bans were restored", after.Log.All, StringComparison.Ordinal);
        Assert.Equal(0, after.Metric("weir.jail.banned jail=test"));
    }

    [Fact]
    public async Task Many_changes_make_one_file_after_the_delay()
    {
        using var cell = await StartAsync();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        cell.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(File.Exists(StateFile));
        cell.Bans.Add(cell.Ban("192.0.2.8", TimeSpan.FromHours(1)));
        cell.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("192.0.2.8", await File.ReadAllTextAsync(StateFile), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(StateFile));
    }

    [Theory]
    [InlineData("cut", "its checksum does not match")]
    [InlineData("bit", "its checksum does not match")]
    [InlineData("empty", "it has no checksum at its end")]
    [InlineData("version", "it begins with 'weir-jail 99' instead of 'weir-jail 1'")]
    [InlineData("shape", "a line cannot be read")]
    public async Task A_damaged_file_is_set_aside_and_told_and_the_gateway_starts(string damage, string why)
    {
        using (var before = await StartAsync())
        {
            before.Bans.Add(before.Ban("192.0.2.7", TimeSpan.FromHours(1)));
            before.Bans.Add(before.Ban("192.0.2.8", TimeSpan.FromHours(1)));
            before.Get<BanKeeper>().Save();
        }

        var text = await File.ReadAllTextAsync(StateFile);
        var lines = text.Split('\n');
        if (damage is "version" or "shape")
            CheckedFile.Write(StateFile, damage == "version" ? "weir-jail 99" : BanLineFormat.Kind, ["{\"t\":\"ban\",\"net\":\"192.0.2.7\"}"]);
        else
            await File.WriteAllTextAsync(StateFile, damage switch { "cut" => string.Join('\n', lines.Where((_, i) => i != 1)), "bit" => text.Replace("192.0.2.7", "192.0.2.6", StringComparison.Ordinal), _ => "" });

        using var after = await StartAsync();
        Assert.Equal(0, after.Bans.Count);
        var aside = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(StateFile)!));
        Assert.StartsWith(StateFile + ".damaged-", aside, StringComparison.Ordinal);
        Assert.Contains("is damaged (" + why, after.Log.All, StringComparison.Ordinal);
        Assert.Equal(1, after.Metric("weir.jail.errors what=state_read"));
        after.Bans.Add(after.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        after.Get<BanKeeper>().Save();
        Assert.True(File.Exists(StateFile));
    }

    [Fact]
    public async Task A_path_that_cannot_be_written_is_told_once_and_tried_again()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "deep"), "a file where the folder should be");
        using var cell = await StartAsync();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        cell.Time.Advance(TimeSpan.FromSeconds(5));
        cell.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(cell.IsBanned("192.0.2.7"));
        Assert.Equal(2, cell.Metric("weir.jail.errors what=state_write"));
        Assert.Single(cell.Log.All.Split('\n'), l => l.Contains("cannot be written", StringComparison.Ordinal));
        File.Delete(Path.Combine(_folder, "deep"));
        cell.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(File.Exists(StateFile));
    }

    [Fact]
    public void A_copy_for_the_file_and_a_look_into_the_history_wait_for_no_change_and_hold_none_up()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromHours(1)));
        var done = false;
        cell.Heard.Meanwhile = () =>
        {
            // Another thread, while this one has the lock.
            var other = Task.Run(() => (cell.List.Snapshot().Bans.Count, cell.List.Snapshot().History.Count, cell.List.Earlier(System.Net.IPNetwork.Parse("192.0.2.7/32"), null)));
            done = other.Wait(TimeSpan.FromSeconds(60)) && other.Result == (2, 2, 1);
        };
        cell.Bans.Add(cell.Ban("192.0.2.8", TimeSpan.FromHours(1)));
        Assert.True(done);
    }

    [Fact]
    public async Task A_long_list_is_written_less_often()
    {
        using var cell = await StartAsync();
        for (var i = 0; i < 20_000; i++)
            cell.Bans.Add(cell.Ban($"10.1.{i / 250}.{i % 250}", TimeSpan.FromHours(1)));
        cell.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(File.Exists(StateFile));
        cell.Bans.Add(cell.Ban("192.0.2.8", TimeSpan.FromHours(1)));
        cell.Time.Advance(TimeSpan.FromSeconds(14));
        Assert.DoesNotContain("192.0.2.8", await File.ReadAllTextAsync(StateFile), StringComparison.Ordinal);
        cell.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("192.0.2.8", await File.ReadAllTextAsync(StateFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_could_not_be_read_is_moved_away_and_never_written_over()
    {
        using (var before = await StartAsync())
        {
            before.Bans.Add(before.Ban("192.0.2.7", TimeSpan.FromHours(1)));
            before.Get<BanKeeper>().Save();
        }

        // Locked, so that root cannot read it either.
        Cell after;
        await using (new FileStream(StateFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            after = await StartAsync();
        using var cell = after;
        Assert.Equal(0, cell.Bans.Count);
        Assert.Contains("jail.state cannot be read:", cell.Log.All, StringComparison.Ordinal);
        Assert.Equal(1, cell.Metric("weir.jail.errors what=state_read"));
        // While its new name is taken it cannot be moved, and nothing is written.
        Directory.CreateDirectory(StateFile + ".unread-20200101000005");
        cell.Bans.Add(cell.Ban("192.0.2.8", TimeSpan.FromHours(1)));
        cell.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("192.0.2.7", await File.ReadAllTextAsync(StateFile), StringComparison.Ordinal);
        Assert.Equal(1, cell.Metric("weir.jail.errors what=state_write"));
        cell.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("192.0.2.8", await File.ReadAllTextAsync(StateFile), StringComparison.Ordinal);
        Assert.Contains("192.0.2.7", await File.ReadAllTextAsync(StateFile + ".unread-20200101000010"), StringComparison.Ordinal);
        Assert.Contains("it was moved to", cell.Log.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x/y", null, null, null, "/x/y")]
    [InlineData("", "/var/lib/weir", null, "/h", null)]
    [InlineData(null, "/var/lib/weir:/var/lib/other", "/s", "/h", "/var/lib/weir/jail.state")]
    [InlineData(null, null, "/s", "/h", "/s/weir/jail.state")]
    [InlineData(null, null, "relative", "/h", "/h/.local/state/weir/jail.state")]
    [InlineData(null, null, null, "/", null)]
    [InlineData(null, null, null, null, null)]
    public void Where_the_file_lies(string? configured, string? unit, string? user, string? home, string? expected) =>
        Assert.Equal(expected, StatePath.Of(configured, name => name switch { "STATE_DIRECTORY" => unit, "XDG_STATE_HOME" => user, "HOME" => home, _ => null }));

    private async Task<Cell> StartAsync()
    {
        var cell = new Cell(o => o.StateFile = StateFile);
        await cell.Get<BanKeeper>().StartingAsync(default);
        return cell;
    }
}
