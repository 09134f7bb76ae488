using System.Collections.Frozen;
using System.Globalization;

namespace Weir.Fail2ban.Dates;

/// <summary>Fixed offsets of the abbreviations of time zones that fail2ban knows; none of them follows summer time.</summary>
internal static class ZoneNames
{
    private static readonly FrozenDictionary<string, int> Minutes = Table();

    /// <summary>Reads <c>Z</c>, <c>CET</c>, <c>+0100</c>, <c>+01:00</c>, <c>+01</c> or <c>UTC+0100</c>.</summary>
    /// <returns>Minutes east of Greenwich; null when it is none of them.</returns>
    public static int? Parse(string zone)
    {
        int sign = zone.AsSpan().IndexOfAny('+', '-');
        if (!Minutes.TryGetValue(sign < 0 ? zone : zone[..sign], out int minutes))
        {
            return null;
        }

        if (sign < 0)
        {
            return minutes;
        }

        ReadOnlySpan<char> digits = zone.AsSpan(sign + 1);
        if (digits.Length is not (2 or 4 or 5) || !int.TryParse(digits[..2], NumberStyles.None, CultureInfo.InvariantCulture, out int hours))
        {
            return null;
        }

        int rest = 0;
        if (digits.Length > 2 && !int.TryParse(digits[^2..], NumberStyles.None, CultureInfo.InvariantCulture, out rest))
        {
            return null;
        }

        int offset = hours * 60 + rest;
        return minutes + (zone[sign] == '-' ? -offset : offset);
    }

    private static FrozenDictionary<string, int> Table()
    {
        (double Hours, string Names)[] rows =
        [
            (-12, "Y"), (-11, "NUT SST X"), (-10, "CKT HAST HST TAHT TKT W"), (-9.5, "MART MIT"), (-9, "AKST GAMT GIT HADT HNY V"),
            (-8, "AKDT CIST HAY HNP PST PT U"), (-7, "HAP HNR MST PDT T"), (-6, "CST EAST GALT HAR HNC MDT S"),
            (-5, "CDT COT EASST ECT EST ET HAC HNE PET R"), (-4.5, "HLV VET"), (-4, "AST BOT CLT COST EDT FKT GYT HAE HNA PYT Q"),
            (-3.5, "HNT NST NT"), (-3, "ADT ART BRT CLST FKST GFT HAA P PMST PYST SRT UYT WGT"), (-2.5, "HAT NDT"),
            (-2, "BRST FNT O PMDT UYST WGST"), (-1, "AZOT CVT EGT N"), (0, "EGST GMT UTC WET WT Z"), (1, "A CET DFT WAT WEDT WEST"),
            (2, "B CAT CEDT CEST EET SAST WAST"), (3, "C EAT EEDT EEST IDT MSK"), (3.5, "IRST"), (4, "AMT AZT D GET GST KUYT MSD MUT RET SAMT SCT"),
            (4.5, "AFT IRDT"), (5, "AMST AQTT AZST E HMT MAWT MVT PKT TFT TJT TMT UZT YEKT"), (5.5, "SLT"), (5.75, "NPT"),
            (6, "ALMT BIOT BTT F IOT KGT NOVT OMST YEKST"), (6.5, "CCT MMT"), (7, "CXT DAVT G HOVT ICT KRAT NOVST OMSST THA WIB"),
            (8, "ACT AWST BDT BNT CAST H HKT IRKT KRAST MYT PHT SGT ULAT WITA WST"), (9, "AWDT I IRKST JST KST PWT TLT WDT WIT YAKT"),
            (9.5, "ACST"), (10, "AEST ChST K PGT VLAT YAKST YAPT"), (10.5, "ACDT LHST"), (11, "AEDT L LHDT MAGT NCT PONT SBT VLAST VUT"),
            (11.5, "NFT"), (12, "ANAST ANAT FJT GILT M MAGST MHT NZST PETST PETT TVT WFT"), (13, "FJST NZDT"),
        ];
        var table = new Dictionary<string, int>(StringComparer.Ordinal) { [""] = 0 };
        foreach ((double hours, string names) in rows)
        {
            foreach (string name in names.Split(' '))
            {
                table[name] = (int)(hours * 60);
            }
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
