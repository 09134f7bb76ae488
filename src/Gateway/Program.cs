using Weir.Gateway.Cli;

return await WeirCommand.Create().Parse(args).InvokeAsync();
