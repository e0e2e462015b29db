// MeanwhileCommand: the executable. It reads its arguments, joins the parts, and runs the read-eval loop.
//
// It has no logic of the language: `Invocation` is the command line, `Session` owns the shell and its environment,
// `ReadEvalLoop` reads a command, runs it and reports jobs. Nothing on the way of `meanwhile -c :` starts a thread,
// makes a task or writes through `String`.

import Platform

ProcessInformation.exitImmediately(run())
