using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Weir.Fail2ban.Logs;

/// <summary>The number of a file on its file system, which a rename leaves and a new file does not share.</summary>
internal static class FileIdentity
{
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint WantInode = 0x100;
    private const int InodeAt = 32;

    // struct statx is the same on every architecture, unlike struct stat.
    private const int StatxSize = 256;

    /// <summary>0 when there is no such file, or the platform has no such number.</summary>
    public static ulong Of(string path)
    {
        byte[] name = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, name);
        return Ask(CurrentDirectory, name, 0);
    }

    /// <summary>Of a file that is open: what its path names may be another one by now. 0 when the platform has no such number.</summary>
    public static ulong Of(SafeFileHandle file)
    {
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return Ask((int)file.DangerousGetHandle(), [0], EmptyPath);
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    private static ulong Ask(int folder, byte[] name, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        byte[] buffer = new byte[StatxSize];
        try
        {
            return Statx(folder, name, flags, WantInode, buffer) == 0 ? BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(InodeAt))
                : BinaryPrimitives.ReadUInt64BigEndian(buffer.AsSpan(InodeAt)) : 0;
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [DllImport("libc", EntryPoint = "statx", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] buffer);
}
