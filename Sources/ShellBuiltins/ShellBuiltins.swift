// ShellBuiltins
