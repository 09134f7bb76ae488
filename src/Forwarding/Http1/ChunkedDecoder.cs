using System.Runtime.InteropServices;

namespace Weir.Forwarding.Http1;

/// <summary>
/// Takes the framing off a chunked body, strictly (RFC 9112 section 7.1): hexadecimal sizes of at most 15 digits, CR LF only,
/// extensions skipped and bounded, trailers validated and bounded. May be fed byte by byte.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ChunkedDecoder
{
    /// <summary>Most bytes of extensions in one body: nobody needs them, and each byte is work without data.</summary>
    public const int MaxExtensionBytes = 4096;

    /// <summary>Most bytes of trailers.</summary>
    public const int MaxTrailerBytes = 8192;

    private Step _step;
    private long _left;
    private int _digits;
    private int _extensionBytes;
    private int _trailerBytes;
    private bool _lineIsEmpty;
    private bool _inQuotes;
    private bool _isEscaped;

    private enum Step : byte
    {
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailer,
        TrailerLf,
        Done,
    }

    /// <summary>True once the last trailer's line end was read.</summary>
    public readonly bool IsDone => _step == Step.Done;

    /// <summary>True when there was a trailer.</summary>
    public readonly bool HasTrailers => _trailerBytes > 0;

    /// <summary>Why the body is refused; no further call is allowed then.</summary>
    public ResponseFault Fault { get; private set; }

    /// <summary>Bytes of data that the present chunk still has.</summary>
    public readonly long LeftInChunk => _step == Step.Data ? _left : 0;

    /// <summary>Reads on until a run of data, the end, a fault, or the end of the input.</summary>
    /// <param name="input">What was received.</param>
    /// <param name="consumed">Bytes of the input that are done with, the run of data included.</param>
    /// <param name="trailers">Takes the bytes of trailer lines, line ends included; null drops them.</param>
    /// <returns>Data, a slice of the input; empty when none was met.</returns>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> input, out int consumed, ITrailerBytes? trailers)
    {
        consumed = 0;
        while (consumed < input.Length && _step != Step.Done && Fault == ResponseFault.None)
        {
            if (_step == Step.Data)
            {
                var run = (int)Math.Min(_left, input.Length - consumed);
                var data = input.Slice(consumed, run);
                consumed += run;
                _left -= run;
                if (_left == 0)
                    _step = Step.DataCr;
                return data;
            }

            Take(input[consumed++], trailers);
        }

        return default;
    }

    private void Take(byte b, ITrailerBytes? trailers)
    {
        switch (_step)
        {
            case Step.Size:
                TakeSize(b);
                break;
            case Step.Extension:
                TakeExtension(b);
                break;
            case Step.SizeLf when b == '\n':
                (_digits, _inQuotes, _isEscaped) = (0, false, false);
                (_step, _lineIsEmpty) = (_left == 0 ? Step.Trailer : Step.Data, true);
                break;
            case Step.DataCr when b == '\r':
                _step = Step.DataLf;
                break;
            case Step.DataLf when b == '\n':
                _step = Step.Size;
                break;
            case Step.Trailer:
                TakeTrailer(b, trailers);
                break;
            case Step.TrailerLf when b == '\n':
                TrailerLine(trailers);
                break;
            default:
                Fault = ResponseFault.Chunk;
                break;
        }
    }

    private void TakeSize(byte b)
    {
        var digit = b switch
        {
            >= (byte)'0' and <= (byte)'9' => b - '0',
            >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
            _ => -1,
        };
        // 15 digits stay below 2^60; leading zeros count too.
        if (digit >= 0 && _digits < 15)
            (_left, _digits) = ((_digits == 0 ? 0 : _left << 4) + digit, _digits + 1);
        else if (_digits > 0 && b == '\r')
            _step = Step.SizeLf;
        else if (_digits > 0 && b == ';')
            _step = Step.Extension;
        else
            Fault = ResponseFault.Chunk;
    }

    private void TakeExtension(byte b)
    {
        if (b == '\r' && !_inQuotes)
            _step = Step.SizeLf;
        else if ((b < 32 && b != '\t') || b == 127 || ++_extensionBytes > MaxExtensionBytes)
            Fault = ResponseFault.Chunk;
        else if (b == '"' && !_isEscaped)
            _inQuotes = !_inQuotes;
        _isEscaped = b == '\\' && _inQuotes && !_isEscaped;
    }

    private void TakeTrailer(byte b, ITrailerBytes? trailers)
    {
        if (b == '\r')
        {
            _step = Step.TrailerLf;
            return;
        }

        _lineIsEmpty = false;
        if ((b < 32 && b != '\t') || b == 127 || ++_trailerBytes > MaxTrailerBytes)
            Fault = ResponseFault.Trailers;
        else
            trailers?.Take(b);
    }

    private void TrailerLine(ITrailerBytes? trailers)
    {
        if (_lineIsEmpty)
        {
            _step = Step.Done;
            return;
        }

        (_step, _lineIsEmpty) = (Step.Trailer, true);
        trailers?.Take((byte)'\r');
        trailers?.Take((byte)'\n');
    }
}
