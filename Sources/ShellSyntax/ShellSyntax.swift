// ShellSyntax
