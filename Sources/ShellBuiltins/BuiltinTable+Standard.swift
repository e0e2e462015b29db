import ShellRuntime

extension BuiltinTable {
  /// Every builtin utility of this shell: one line each, special ones first, then by name.
  package static let standard = BuiltinTable([
    .dot,
    .colon,
    .break,
    .continue,
    .eval,
    .exec,
    .exit,
    .export,
    .readonly,
    .return,
    .set,
    .shift,
    .times,
    .trap,
    .unset,

    .bracket,
    .alias,
    .bind,
    .cd,
    .command,
    .echo,
    .false,
    .getopts,
    .hash,
    .help,
    .history,
    .printf,
    .pwd,
    .read,
    .test,
    .true,
    .type,
    .ulimit,
    .umask,
    .unalias,
  ])
}
