// The fuzzer's `main` is libFuzzer's, what it calls is in Tests/ShellFuzzing: this executable only joins them.
