Console.Error.WriteLine("bench: no benchmark named");
return 2;
