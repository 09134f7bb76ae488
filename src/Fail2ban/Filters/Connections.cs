namespace Weir.Fail2ban.Filters;

/// <summary>Remembers connections of multi-line filters by their id: at most 100, for at most five minutes, as fail2ban does.</summary>
internal sealed class Connections
{
    private const int Capacity = 100;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, Connection> _known = new(StringComparer.Ordinal);

    /// <summary>Joins what a line says to what is known of its connection.</summary>
    /// <param name="id">The connection.</param>
    /// <param name="groups">What the line says.</param>
    /// <param name="now">The time of arrival.</param>
    /// <returns>The connection; it holds "nofail" when the line is no failure.</returns>
    public Connection Merge(string id, Dictionary<string, string> groups, DateTimeOffset now)
    {
        bool gained = Take(groups, "mlfgained", out string? gainedText);
        if (gained && string.IsNullOrEmpty(groups.GetValueOrDefault("nofail")))
        {
            groups["nofail"] = gainedText!;
        }

        bool forget = Take(groups, "mlfforget", out _);
        string user = groups.GetValueOrDefault("user", "");
        Connection? connection = Find(id, now);
        if (connection is not null)
        {
            connection.Groups.Remove("nofail");
            if (gained)
            {
                connection.Pending = false;
            }

            AddUser(connection, user);
            foreach ((string name, string value) in groups)
            {
                connection.Groups[name] = value;
            }

            if (forget)
            {
                _known.Remove(id);
            }
        }
        else
        {
            connection = new Connection();
            foreach ((string name, string value) in groups)
            {
                connection.Groups[name] = value;
            }

            if (!forget)
            {
                AddUser(connection, user);
                Remember(id, connection, now);
            }
        }

        // Several users in one connection: a login that succeeds does not undo the tries of other names.
        if (connection.Pending || connection.Users?.Count > 1)
        {
            connection.Groups.Remove("nofail");
        }

        connection.Pending = false;
        return connection;
    }

    private static bool Take(Dictionary<string, string> groups, string name, out string? value) => groups.Remove(name, out value) && value.Length > 0;

    private static void AddUser(Connection connection, string user)
    {
        if (user.Length > 0 && (connection.Users ??= new HashSet<string>(StringComparer.Ordinal)).Count < Capacity)
        {
            connection.Users.Add(user);
        }
    }

    private Connection? Find(string id, DateTimeOffset now)
    {
        if (!_known.TryGetValue(id, out Connection? connection))
        {
            return null;
        }

        if (now - connection.Seen <= Lifetime)
        {
            return connection;
        }

        _known.Remove(id);
        return null;
    }

    private void Remember(string id, Connection connection, DateTimeOffset now)
    {
        if (_known.Count >= Capacity)
        {
            string oldest = _known.MinBy(static pair => pair.Value.Seen).Key;
            _known.Remove(oldest);
        }

        connection.Seen = now;
        _known[id] = connection;
    }
}
