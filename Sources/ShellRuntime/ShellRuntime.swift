// ShellRuntime
