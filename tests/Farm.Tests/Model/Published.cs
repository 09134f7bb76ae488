using Weir.Farm.Model;

namespace Weir.Farm.Tests.Model;

/// <summary>The two published configurations.</summary>
internal static class Published
{
    public static MpmSettings A(Mpm mpm = Mpm.Worker) => new() { Mpm = mpm, ServerLimit = 161, ThreadLimit = 64, ThreadsPerChild = 25, MaxRequestWorkers = 4025 };

    public static MpmSettings B(Mpm mpm = Mpm.Worker) => new() { Mpm = mpm, ServerLimit = 250, ThreadLimit = 64, ThreadsPerChild = 32, MaxRequestWorkers = 8000 };
}
