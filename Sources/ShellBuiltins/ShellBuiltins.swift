// ShellBuiltins: the builtin utilities, one file each, and the table that lists them.
//
// A builtin is a synchronous function of the context and its arguments (`Builtin` in ShellRuntime). It reads its
// options with `OptionReader`, throws a `BuiltinError` when it cannot go on, and writes through the context. All
// wording of errors stands in `Wording.swift`. To add a builtin: one file, one line in `BuiltinTable+Standard.swift`,
// its page and its transcript.
//
// Builtins about jobs are here too; what a job is stands in ShellRuntime.
