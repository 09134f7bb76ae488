using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Contracts;
using HttpStatus = Microsoft.AspNetCore.Http.StatusCodes;

namespace Weir.Policies.Caching.Answers;

/// <summary>Sends a stored answer: all of it, a part, its head, or 304.</summary>
internal sealed class StoredAnswer(IStoredSender? sender = null)
{
    /// <summary>Up to here a body is copied behind its head and goes out with it.</summary>
    private const int SmallBytes = 16 * 1024;

    /// <summary>Writes the head.</summary>
    /// <returns>Where the body's bytes begin and how many follow; null when none are sent.</returns>
    public static (long Offset, long Count)? WriteHead(
        HttpContext context, in RequestFacts facts, CachedResponse stored, Part part, long age, long now, CachePolicy policy, in CacheStatus status)
    {
        var asked = context.Request.Headers;
        var response = context.Response;
        var headers = response.Headers;
        var rules = policy.Semantics;
        var unchanged = Preconditions.NotModified(stored, facts, asked.IfNoneMatch, asked.IfModifiedSince, now);
        var tagged = unchanged && Preconditions.Validators(stored).IfNoneMatch is not null;
        var kind = unchanged ? PartKind.Whole : part.Kind;
        response.StatusCode = unchanged ? HttpStatus.Status304NotModified : kind switch
        {
            PartKind.Part => HttpStatus.Status206PartialContent,
            PartKind.Unsatisfiable => HttpStatus.Status416RangeNotSatisfiable,
            _ => stored.Range is null ? stored.Status : HttpStatus.Status200OK,
        };
        for (var i = 0; i < stored.Fields.Count; i++)
        {
            var (name, value) = stored.Fields[i];
            if (unchanged && !Preconditions.Carried(name, tagged, rules.TargetedFields))
                continue;
            if (IsLeftOut(name, stored, policy))
                continue;
            headers[name] = headers.TryGetValue(name, out var before) ? StringValues.Concat(before, value) : value;
        }

        headers.Age = AgeField.Format(age);
        headers.Append(CacheStatus.Field, status.ToString());
        if (unchanged || stored.Status is HttpStatus.Status204NoContent or HttpStatus.Status205ResetContent)
            return null;
        if (kind is PartKind.Part or PartKind.Unsatisfiable)
            headers.ContentRange = part.ContentRange;
        var (offset, count) = kind switch
        {
            PartKind.Part => (part.Offset, part.Length),
            PartKind.Unsatisfiable => (0, 0),
            _ => (0, stored.Body.Length),
        };
        response.ContentLength = count;
        return facts.IsHead || count == 0 ? null : (offset, count);
    }

    public async Task SendAsync(
        HttpContext context, RequestFacts facts, CachedResponse stored, Part part, long age, long now, CachePolicy policy, CacheStatus status)
    {
        if (WriteHead(context, facts, stored, part, age, now, policy, status) is not { } bytes)
            return;
        var (offset, count) = bytes;
        var cancel = context.RequestAborted;
        if (stored.Body is FileBody file)
        {
            await SendFileAsync(context, file, offset, count, cancel);
            return;
        }

        foreach (var segment in ((MemoryBody)stored.Body).Segments)
        {
            if (offset >= segment.Length)
            {
                offset -= segment.Length;
                continue;
            }

            var piece = segment.Slice((int)offset, (int)Math.Min(segment.Length - offset, count));
            offset = 0;
            count -= piece.Length;
            if (piece.Length <= SmallBytes && count == 0)
                context.Response.BodyWriter.Write(piece.Span);
            else if ((await SendAsync(context, piece, cancel)).IsCompleted)
                return;
            if (count == 0)
                return;
        }
    }

    /// <summary>Sends bytes that never change.</summary>
    public ValueTask<System.IO.Pipelines.FlushResult> SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        sender is null || bytes.Length <= SmallBytes ? context.Response.BodyWriter.WriteAsync(bytes, cancel) : sender.SendAsync(context, bytes, cancel);

    private async Task SendFileAsync(HttpContext context, FileBody file, long offset, long count, CancellationToken cancel)
    {
        if (sender is not null)
        {
            await sender.SendFileAsync(context, file.File, file.Offset + offset, count, cancel);
            return;
        }

        var writer = context.Response.BodyWriter;
        while (count > 0)
        {
            var memory = writer.GetMemory((int)Math.Min(count, 64 * 1024));
            var read = await RandomAccess.ReadAsync(file.File, memory[..(int)Math.Min(memory.Length, count)], file.Offset + offset, cancel);
            if (read == 0)
                throw new EndOfStreamException("The stored file is shorter than its entry.");
            writer.Advance(read);
            (offset, count) = (offset + read, count - read);
            if ((await writer.FlushAsync(cancel)).IsCompleted)
                return;
        }
    }

    // A stored part tells its own range; what is sent of it tells another.
    private static bool IsLeftOut(string name, CachedResponse stored, CachePolicy policy) =>
        (stored.Range is not null && name.Equals("Content-Range", StringComparison.OrdinalIgnoreCase))
        || (policy.Options.DropTags && IsTag(name));

    internal static bool IsTag(string name) =>
        name.Equals("Surrogate-Key", StringComparison.OrdinalIgnoreCase) || name.Equals("Cache-Tag", StringComparison.OrdinalIgnoreCase);
}
