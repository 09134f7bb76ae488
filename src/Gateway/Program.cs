using System.CommandLine;
using Weir.Gateway.Cli;

// No time limit of the parser's own: the gateway's lifetime decides what a signal means.
return await WeirCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
