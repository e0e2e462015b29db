// ShellSyntax: turns bytes into a syntax tree of the POSIX.1-2024 shell command language, and back into text.
//
// It reads no file and no terminal, expands nothing and runs nothing. Start with `Parser`, which returns one
// `CompleteCommand` at a time, an error with a place, or "needs more input"; `SyntaxTree.swift` and `Word.swift`
// are what it builds, `SyntaxPrinter` writes them as text again, and `SyntaxError+Message.swift` has all wording.
