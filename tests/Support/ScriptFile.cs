using System.Diagnostics;

namespace Weir.Support;

/// <summary>A shell script that a test runs in place of a program.</summary>
public static class ScriptFile
{
    /// <summary>
    /// Writes it through another process. A file that this one writes may be held open for writing by a child that another test starts
    /// at this moment, and the kernel does not run such a file ("text file busy").
    /// </summary>
    /// <param name="body">Without the first line.</param>
    public static void Write(string path, string body)
    {
        File.WriteAllText(path + ".text", $"#!/bin/sh\n{body}\n");
        using var copy = Process.Start("install", ["-m", "755", path + ".text", path]);
        copy.WaitForExit();
        if (copy.ExitCode != 0)
            throw new IOException($"install ended with {copy.ExitCode} for {path}.");
        File.Delete(path + ".text");
    }
}
