namespace Weir.Farm.Model;

/// <summary>Memory at full size, estimator beside estimator, in MB.</summary>
/// <param name="ArticleMb">Workers x 10 MB + 512 MB, the published rule of thumb.</param>
/// <param name="MeasuredMb">By PSS per process and thread, plus what the kernel keeps for them.</param>
/// <param name="BudgetMb">What Apache may use; null when the RAM is not known.</param>
/// <param name="PerProcessMb">The measured estimator's cost of a process, the kernel's part included.</param>
/// <param name="PerThreadMb">The measured estimator's cost of a worker thread; 0 on prefork.</param>
/// <param name="IsMeasured">True when the costs come from this Apache, false for the model's defaults.</param>
public sealed record RamEstimates(double ArticleMb, double MeasuredMb, double? BudgetMb, double PerProcessMb, double PerThreadMb, bool IsMeasured);
