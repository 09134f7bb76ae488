namespace Weir.Policies.Caching.Semantics;

/// <summary>
/// Accept-Encoding, brought down to those codings that answers here can have. What goes to the origin must be brought down likewise:
/// otherwise it may choose a coding that the key does not speak of.
/// </summary>
internal sealed class AcceptedCodings
{
    /// <summary>Codings that are told apart.</summary>
    public const int MaxCodings = 8;

    private readonly string[] codings;
    private readonly string[] texts;

    /// <param name="codings">Lower-case, at most <see cref="MaxCodings"/>; those beyond are left out.</param>
    public AcceptedCodings(IReadOnlyList<string> codings)
    {
        this.codings = [.. codings.Take(MaxCodings)];
        texts = new string[2 << this.codings.Length];
        for (var mask = 0; mask < texts.Length; mask++)
        {
            var named = this.codings.Where((_, i) => (mask & (1 << i)) != 0);
            texts[mask] = string.Join(", ", (mask & Forbidden) == 0 ? named : [.. named, "identity;q=0"]);
        }
    }

    private int Forbidden => 1 << codings.Length;

    /// <param name="value">All lines, joined; null when the field is absent, which accepts the plain form only here.</param>
    /// <returns>The accepted codings in the order of ours, <c>br, gzip</c>: a value of Accept-Encoding, empty for the plain form only.</returns>
    public string Normal(ReadOnlySpan<char> value)
    {
        var accepted = 0;
        var named = 0;
        bool? others = null;
        foreach (var member in new ListMembers(value))
        {
            var end = member.IndexOf(';');
            var coding = FieldText.Trim(end < 0 ? member : member[..end]);
            var wanted = end < 0 || !QualityIsZero(member[(end + 1)..]);
            if (coding is "*")
            {
                others = wanted;
                continue;
            }

            var bit = Bit(coding, ref wanted);
            named |= bit;
            accepted = wanted ? accepted | bit : accepted & ~bit;
        }

        return texts[accepted | (others switch
        {
            true => (Forbidden - 1) & ~named,
            false => Forbidden & ~named,
            null => 0,
        })];
    }

    // For identity, what is noted is that it is forbidden.
    private int Bit(ReadOnlySpan<char> coding, ref bool wanted)
    {
        if (FieldText.Same(coding, "identity"))
        {
            wanted = !wanted;
            return Forbidden;
        }

        for (var i = 0; i < codings.Length; i++)
        {
            if (FieldText.Same(coding, codings[i]) || (codings[i] is "gzip" && FieldText.Same(coding, "x-gzip")))
            {
                return 1 << i;
            }
        }

        return 0;
    }

    /// <returns>True for <c>q=0</c>, <c>q=0.0</c> and so on.</returns>
    public static bool QualityIsZero(ReadOnlySpan<char> parameters)
    {
        foreach (var range in parameters.Split(';'))
        {
            var parameter = FieldText.Trim(parameters[range]);
            if (parameter.Length > 2 && parameter[0] is 'q' or 'Q' && parameter[1] == '=')
            {
                return parameter[2] == '0' && !parameter[3..].ContainsAnyExcept('.', '0');
            }
        }

        return false;
    }
}
