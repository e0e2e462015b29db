import ByteStrings
import Platform

/// The values of a prompt's escapes. The caller makes one for each prompt.
package struct PromptContext: Sendable {
  package var user: ByteString = ""
  package var host: ByteString = ""
  package var directory: ByteString = ""
  /// The directory shown as `~`; empty for none.
  package var home: ByteString = ""
  /// How many components of the directory `\w` shows, the last ones (`PROMPT_DIRTRIM`); `nil` or 0 for all.
  package var directoryLimit: Int?
  package var shellName: ByteString = ""
  /// As `0.1.0`.
  package var version: ByteString = ""
  package var isSuperuser = false
  package var jobCount = 0
  package var lastStatus = 0
  package var historyNumber = 0
  package var time = Timestamp(seconds: 0, nanoseconds: 0)
  /// The zone of the times, as `TZ` names it; `nil` for the system's.
  package var timeZone: ByteString?

  package init() {}
}

/// The backslash escapes of `PS0`, `PS1`, `PS2` and `${x@P}`.
///
/// | escape | replaced by |
/// |---|---|
/// | `\w`, `\W` | the working directory with `~` for the home directory; its last component |
/// | `\u`, `\h`, `\H` | the user; the host's name up to its first dot; the whole name |
/// | `\$` | `#` for the superuser, else `$` |
/// | `\j` | how many jobs there are |
/// | `\?` | the last command's exit status |
/// | `\!`, `\#` | the number that the line will have in the history |
/// | `\s`, `\v`, `\V` | the shell's name; its version without and with the last number |
/// | `\t`, `\T`, `\A`, `\@` | the time as `14:05:09`, `02:05:09`, `14:05`, `02:05 PM` |
/// | `\d`, `\D{FORMAT}` | the date as `Tue May 26`; date and time as `strftime` writes them, `14:05:09` without a format |
/// | `\n`, `\r`, `\a`, `\e`, `\033` | newline, carriage return, bell, escape, the byte with that octal number |
/// | `\[`, `\]` | what stands between them takes no column |
/// | `\\` | a backslash |
///
/// Any other backslash stays, with what follows it.
package enum PromptEscapes {
  /// Which expansions are applied to the text after the escapes were replaced.
  package enum Expansion: Sendable {
    /// Nothing: the text is shown as it is.
    case none
    /// Parameter expansion, command substitution and quote removal as within double quotes, so that a directory
    /// named `$(reboot)` is only a name.
    case asWithinDoubleQuotes
  }

  /// The text of `template` with its escapes replaced; `\[` and `\]` become the bytes 1 and 2, which `Prompt` knows.
  package static func replaced(
    in template: ByteString, by context: PromptContext, before expansion: Expansion = .none
  ) -> ByteString {
    var result: [UInt8] = []
    var position = 0
    while position < template.count {
      guard template[position] == UInt8(ascii: "\\"), position + 1 < template.count else {
        result.append(template[position])
        position += 1
        continue
      }
      if let (byte, length) = octal(in: template, at: position + 1) {
        append(ByteString(repeating: byte, count: 1), to: &result, before: expansion)
        position += 1 + length
      } else if let (format, length) = customTimeFormat(in: template, at: position + 1) {
        append(Clocks.formatted(context.time, format, zone: context.timeZone), to: &result, before: expansion)
        position += 1 + length
      } else if let value = value(of: template[position + 1], context) {
        append(value, to: &result, before: expansion)
        position += 2
      } else {
        result.append(contentsOf: [template[position], template[position + 1]])
        position += 2
      }
    }
    return ByteString(result)
  }

  private static func append(_ value: ByteString, to result: inout [UInt8], before expansion: Expansion) {
    let special: [UInt8] =
      switch expansion {
      case .none: []
      case .asWithinDoubleQuotes: [UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\\"), UInt8(ascii: "\"")]
      }
    for byte in value {
      if special.contains(byte) { result.append(UInt8(ascii: "\\")) }
      result.append(byte)
    }
  }

  /// The byte of three octal digits; not NUL.
  private static func octal(in template: ByteString, at start: Int) -> (byte: UInt8, length: Int)? {
    guard start + 3 <= template.count else { return nil }
    var value = 0
    for digit in template.subrange(start..<start + 3) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
      value = value * 8 + Int(digit - UInt8(ascii: "0"))
    }
    return value > 0 && value < 256 ? (UInt8(value), 3) : nil
  }

  /// The format in `D{…}`.
  private static func customTimeFormat(in template: ByteString, at start: Int) -> (format: ByteString, length: Int)? {
    let rest = template.dropping(first: start)
    guard rest.hasPrefix("D{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
    let format = rest.subrange(2..<end)
    return (format.isEmpty ? "%H:%M:%S" : format, end + 1)
  }

  private static func value(of escape: UInt8, _ context: PromptContext) -> ByteString? {
    switch escape {
    case UInt8(ascii: "w"):
      trimmed(abbreviated(context.directory, home: context.home), to: context.directoryLimit ?? 0)
    case UInt8(ascii: "W"): lastComponent(context.directory, home: context.home)
    case UInt8(ascii: "u"): context.user
    case UInt8(ascii: "h"): ByteString(context.host.prefix { $0 != UInt8(ascii: ".") })
    case UInt8(ascii: "H"): context.host
    case UInt8(ascii: "$"): context.isSuperuser ? "#" : "$"
    case UInt8(ascii: "j"): ByteString(decimal: context.jobCount)
    case UInt8(ascii: "?"): ByteString(decimal: context.lastStatus)
    case UInt8(ascii: "!"), UInt8(ascii: "#"): ByteString(decimal: context.historyNumber)
    case UInt8(ascii: "s"): context.shellName
    case UInt8(ascii: "v"):
      ByteString(context.version.prefix(upTo: context.version.lastIndex(of: UInt8(ascii: ".")) ?? 0))
    case UInt8(ascii: "V"): context.version
    case UInt8(ascii: "\\"): "\\"
    default: control(escape) ?? timeFormat(escape).map { Clocks.formatted(context.time, $0, zone: context.timeZone) }
    }
  }

  private static func control(_ escape: UInt8) -> ByteString? {
    switch escape {
    case UInt8(ascii: "n"): "\n"
    case UInt8(ascii: "r"): "\r"
    case UInt8(ascii: "a"): "\u{7}"
    case UInt8(ascii: "e"): "\u{1B}"
    case UInt8(ascii: "["): "\u{1}"
    case UInt8(ascii: "]"): "\u{2}"
    default: nil
    }
  }

  private static func abbreviated(_ directory: ByteString, home: ByteString) -> ByteString {
    guard !home.isEmpty, home != "/", directory.hasPrefix(home) else { return directory }
    if directory.count == home.count { return "~" }
    return directory[home.count] == UInt8(ascii: "/") ? "~" + directory.dropping(first: home.count) : directory
  }

  /// The path with three dots for all but its last `count` components; `~/` stays. As bash does it, what is not longer
  /// than the dots stays too.
  private static func trimmed(_ path: ByteString, to count: Int) -> ByteString {
    let slash = UInt8(ascii: "/")
    guard count > 0, let firstSlash = path.firstIndex(of: slash) else { return path }
    let start = path[0] == UInt8(ascii: "~") ? firstSlash + 1 : 0
    let slashes = path.indices.filter { $0 >= start && path[$0] == slash }
    guard slashes.count >= count else { return path }
    let tail = slashes[slashes.count - count]
    if tail - start <= 3 { return path }
    return path.subrange(0..<start) + "..." + path.dropping(first: tail)
  }

  private static func lastComponent(_ directory: ByteString, home: ByteString) -> ByteString {
    if abbreviated(directory, home: home) == "~" { return "~" }
    guard let slash = directory.lastIndex(of: UInt8(ascii: "/")), directory.count > 1 else { return directory }
    return directory.dropping(first: slash + 1)
  }

  private static func timeFormat(_ escape: UInt8) -> ByteString? {
    switch escape {
    case UInt8(ascii: "t"): "%H:%M:%S"
    case UInt8(ascii: "T"): "%I:%M:%S"
    case UInt8(ascii: "A"): "%H:%M"
    case UInt8(ascii: "@"): "%I:%M %p"
    case UInt8(ascii: "d"): "%a %b %d"
    default: nil
    }
  }
}
