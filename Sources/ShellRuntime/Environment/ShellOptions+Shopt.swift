import ByteStrings

/// The options of `shopt`: bash's, so far as they mean something here.
///
/// Those that are on in a new shell are kept as their opposite, so that no option set is the state of a new shell.
extension ShellOptions {
  package static let autoCd = ShellOptions(rawValue: 1 << 32)
  package static let cdableVariables = ShellOptions(rawValue: 1 << 33)
  package static let cdSpell = ShellOptions(rawValue: 1 << 34)
  package static let ignoresRunningJobs = ShellOptions(rawValue: 1 << 35)
  package static let ignoresWindowSize = ShellOptions(rawValue: 1 << 36)
  package static let dotGlob = ShellOptions(rawValue: 1 << 37)
  package static let execFail = ShellOptions(rawValue: 1 << 38)
  package static let noAliases = ShellOptions(rawValue: 1 << 39)
  package static let extGlob = ShellOptions(rawValue: 1 << 40)
  package static let failGlob = ShellOptions(rawValue: 1 << 41)
  package static let globFindsDots = ShellOptions(rawValue: 1 << 42)
  package static let globStar = ShellOptions(rawValue: 1 << 43)
  package static let hangUpOnExit = ShellOptions(rawValue: 1 << 44)
  package static let dropsErrExit = ShellOptions(rawValue: 1 << 45)
  package static let lastPipe = ShellOptions(rawValue: 1 << 46)
  package static let localInherit = ShellOptions(rawValue: 1 << 47)
  package static let noCaseGlob = ShellOptions(rawValue: 1 << 48)
  package static let noCaseMatch = ShellOptions(rawValue: 1 << 49)
  package static let nullGlob = ShellOptions(rawValue: 1 << 50)
  package static let plainReplacement = ShellOptions(rawValue: 1 << 51)
  package static let noSourcePath = ShellOptions(rawValue: 1 << 52)
  package static let xpgEcho = ShellOptions(rawValue: 1 << 53)

  /// What `shopt` can do with an option.
  package enum ShoptState: Sendable {
    /// It can be changed. `isOpposite`: it is on where the option is not in the set.
    case option(ShellOptions, isOpposite: Bool)
    /// It is always on here, or always off.
    case fixed(isOn: Bool)
    /// What the shell was started as.
    case loginShell
  }

  package struct ShoptEntry: Sendable {
    package let name: ByteString
    package let state: ShoptState
  }

  /// Every option of `shopt`, by name.
  package static let shoptTable: [ShoptEntry] = [
    entry("autocd", .autoCd),
    entry("cdable_vars", .cdableVariables),
    entry("cdspell", .cdSpell),
    always("checkhash", isOn: true),
    entry("checkjobs", oppositeOf: .ignoresRunningJobs),
    entry("checkwinsize", oppositeOf: .ignoresWindowSize),
    always("cmdhist", isOn: true),
    entry("dotglob", .dotGlob),
    entry("execfail", .execFail),
    entry("expand_aliases", oppositeOf: .noAliases),
    entry("extglob", .extGlob),
    always("extquote", isOn: true),
    entry("failglob", .failGlob),
    always("globasciiranges", isOn: true),
    entry("globskipdots", oppositeOf: .globFindsDots),
    entry("globstar", .globStar),
    always("histappend", isOn: true),
    entry("huponexit", .hangUpOnExit),
    entry("inherit_errexit", oppositeOf: .dropsErrExit),
    always("interactive_comments", isOn: true),
    entry("lastpipe", .lastPipe),
    entry("localvar_inherit", .localInherit),
    ShoptEntry(name: "login_shell", state: .loginShell),
    entry("nocaseglob", .noCaseGlob),
    entry("nocasematch", .noCaseMatch),
    entry("nullglob", .nullGlob),
    entry("patsub_replacement", oppositeOf: .plainReplacement),
    always("promptvars", isOn: true),
    always("shift_verbose", isOn: true),
    entry("sourcepath", oppositeOf: .noSourcePath),
    entry("xpg_echo", .xpgEcho),
  ]

  /// Options of bash for which there is nothing here that they could change.
  package static let foreignShoptNames: Set<ByteString> = [
    "assoc_expand_once", "compat31", "compat32", "compat40", "compat41", "compat42", "compat43", "compat44",
    "complete_fullquote", "direxpand", "dirspell", "extdebug", "force_fignore", "gnu_errfmt", "histreedit",
    "histverify",
    "hostcomplete", "lithist", "localvar_unset", "mailwarn", "no_empty_cmd_completion", "noexpand_translation",
    "progcomp", "progcomp_alias", "restricted_shell", "syslog_history", "varredir_close",
  ]

  private static func entry(_ name: ByteString, _ option: ShellOptions) -> ShoptEntry {
    ShoptEntry(name: name, state: .option(option, isOpposite: false))
  }

  private static func entry(_ name: ByteString, oppositeOf option: ShellOptions) -> ShoptEntry {
    ShoptEntry(name: name, state: .option(option, isOpposite: true))
  }

  private static func always(_ name: ByteString, isOn: Bool) -> ShoptEntry {
    ShoptEntry(name: name, state: .fixed(isOn: isOn))
  }
}

// MARK: - Patterns

extension ShellOptions {
  /// How patterns are read where `nocasematch` does not count: `${x#pattern}`.
  package var patterns: PatternSyntax { contains(.extGlob) ? .groups : [] }

  /// How the patterns of `case` and `${x/pattern/word}` are read.
  var comparingPatterns: PatternSyntax { contains(.noCaseMatch) ? patterns.union(.anyCase) : patterns }

  /// How those of `[[ … ]]` are, which always have groups.
  var testPatterns: PatternSyntax { contains(.noCaseMatch) ? [.groups, .anyCase] : .groups }

  var pathnameExpansion: PathnameExpansion.Options {
    var options: PathnameExpansion.Options = []
    if contains(.extGlob) { options.insert(.groups) }
    if contains(.noCaseGlob) { options.insert(.anyCase) }
    if contains(.dotGlob) { options.insert(.hiddenNames) }
    if contains(.globFindsDots) { options.insert(.dots) }
    if contains(.globStar) { options.insert(.globStar) }
    return options
  }
}

extension ShellOptions.ShoptEntry {
  package func isOn(in environment: ExecutionEnvironment) -> Bool {
    switch state {
    case .option(let option, let isOpposite): environment.options.contains(option) != isOpposite
    case .fixed(let isOn): isOn
    case .loginShell: environment.shell.isLogin
    }
  }
}
