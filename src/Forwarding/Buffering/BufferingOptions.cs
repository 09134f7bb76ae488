using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Forwarding.Buffering;

/// <summary>Uploads collected before a slot is taken, answers drained at the server's speed: section <c>Weir:Buffering</c>.</summary>
public sealed class BufferingOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Buffering";

    [Description("Collects a request's whole body before it takes a slot, as nginx' proxy_request_buffering.")]
    public bool Uploads { get; set; } = true;

    [Description("Takes an answer from the server as fast as it sends, however slow the client reads, as nginx' proxy_buffering.")]
    public bool Answers { get; set; } = true;

    [Description("Bytes of one upload kept in memory; what is longer goes to a temporary file. How long one may be is Kestrel's MaxRequestBodySize.")]
    [Range(0, 1 << 30)]
    public int UploadMemoryBytes { get; set; } = 64 << 10;

    [Description("Bytes of one answer kept in memory while its client is slow.")]
    [Range(0, 1 << 30)]
    public int AnswerMemoryBytes { get; set; } = 256 << 10;

    [Description("Bytes of one answer kept in a temporary file while its client is slow, as nginx' proxy_max_temp_file_size; past it the server is held up. 0 uses no file.")]
    [Range(0L, 1L << 50)]
    public long AnswerFileBytes { get; set; } = 1L << 30;

    [Description("Memory that all buffered uploads and answers may hold together, in bytes.")]
    [Range(0L, 1L << 50)]
    public long TotalMemoryBytes { get; set; } = 128L << 20;

    [Description("Bytes that all temporary files may hold together; an upload that finds neither memory nor file is refused with 503.")]
    [Range(0L, 1L << 50)]
    public long TotalFileBytes { get; set; } = 4L << 30;

    [Description("Existing folder for the temporary files, which have no name once they are open; null is the system's. A folder in memory (tmpfs) makes the file bounds memory bounds.")]
    [StringLength(4096, MinimumLength = 1)]
    public string? Directory { get; set; }

    [Description("Settings by YARP route id.")]
    public Dictionary<string, RouteBufferingOptions> Routes { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}
