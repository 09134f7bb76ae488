namespace Weir.Forwarding.Upstream;

/// <summary>How one try on one connection ended.</summary>
internal enum ExchangeResult
{
    /// <summary>The answer was passed on.</summary>
    Done,

    /// <summary>The connection ended or broke before a byte of answer.</summary>
    Unanswered,

    /// <summary>It failed otherwise; <see cref="Exchange.Error"/> says how.</summary>
    Failed,
}
