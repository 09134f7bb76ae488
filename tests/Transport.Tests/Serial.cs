// Tests count the process's descriptors, memory and metrics, so one runs at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
