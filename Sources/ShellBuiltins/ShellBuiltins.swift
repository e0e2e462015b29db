// ShellBuiltins: the builtin utilities, one file each, and the table that lists them.
//
// A builtin is a synchronous function of the context and its arguments (`Builtin` in ShellRuntime). It reads its
// options with `OptionReader`, throws a `BuiltinError` when it cannot go on, and writes through the context. Errors are
// small enums beside the code that throws them, those of many builtins in `BuiltinError.swift`; the words of all stand
// in `Wording.swift`. To add a builtin: one file, one line in `BuiltinTable+Standard.swift`, the words of its own
// errors, its page and its transcript.
//
// Builtins about jobs are here too; what a job is stands in ShellRuntime.
