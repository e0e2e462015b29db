import ByteStrings

/// A token, without what belongs to a word; `Parser` holds that beside it.
enum Token: UInt8 {
  case word
  /// Digits, or a variable in braces, right in front of `<` or `>`.
  case ioNumber
  case newline
  case endOfInput
  case ampersand
  case and
  case semicolon
  case doubleSemicolon
  case semicolonAmpersand
  case doubleSemicolonAmpersand
  case pipe
  case pipeAmpersand
  case or
  case leftParenthesis
  case rightParenthesis
  case less
  case greater
  case doubleLess
  case doubleLessDash
  case doubleGreater
  case lessAmpersand
  case greaterAmpersand
  case lessGreater
  case clobber
  case tripleLess
  case ampersandGreater
  case ampersandDoubleGreater

  /// The operator as it is written; empty for what is none.
  var text: ByteString {
    switch self {
    case .word, .ioNumber, .newline, .endOfInput: ""
    case .ampersand: "&"
    case .and: "&&"
    case .semicolon: ";"
    case .doubleSemicolon: ";;"
    case .semicolonAmpersand: ";&"
    case .doubleSemicolonAmpersand: ";;&"
    case .pipe: "|"
    case .pipeAmpersand: "|&"
    case .or: "||"
    case .leftParenthesis: "("
    case .rightParenthesis: ")"
    case .less: "<"
    case .greater: ">"
    case .doubleLess: "<<"
    case .doubleLessDash: "<<-"
    case .doubleGreater: ">>"
    case .lessAmpersand: "<&"
    case .greaterAmpersand: ">&"
    case .lessGreater: "<>"
    case .clobber: ">|"
    case .tripleLess: "<<<"
    case .ampersandGreater: "&>"
    case .ampersandDoubleGreater: "&>>"
    }
  }
}

/// A reserved word. Whether it is one at its place is the parser's to say.
package enum Keyword: UInt8, CaseIterable, Sendable {
  case `if`, then, `else`, elif, fi, `do`, done, `case`, esac, `while`, until, `for`, `in`
  case leftBrace, rightBrace, bang
  // Those of bash.
  case function, select, doubleLeftBracket, coproc

  /// Whether POSIX does not have it.
  package var isExtension: Bool {
    self == .function || self == .select || self == .doubleLeftBracket || self == .coproc
  }

  /// Whether a compound command begins with it.
  var beginsCompoundCommand: Bool {
    switch self {
    case .if, .case, .while, .until, .for, .select, .leftBrace, .doubleLeftBracket: true
    case .then, .else, .elif, .fi, .do, .done, .esac, .in, .rightBrace, .bang, .function, .coproc: false
    }
  }

  /// Whether it ends a list of commands.
  var endsList: Bool {
    switch self {
    case .then, .else, .elif, .fi, .do, .done, .esac, .rightBrace, .in: true
    default: false
    }
  }

  /// The reserved word as it is written.
  package var text: ByteString {
    switch self {
    case .if: "if"
    case .then: "then"
    case .else: "else"
    case .elif: "elif"
    case .fi: "fi"
    case .do: "do"
    case .done: "done"
    case .case: "case"
    case .esac: "esac"
    case .while: "while"
    case .until: "until"
    case .for: "for"
    case .in: "in"
    case .leftBrace: "{"
    case .rightBrace: "}"
    case .bang: "!"
    case .function: "function"
    case .select: "select"
    case .doubleLeftBracket: "[["
    case .coproc: "coproc"
    }
  }

  /// The reserved word that `text` is, if any.
  package init?(_ text: ByteString) {
    guard text.count <= 8, let keyword = Self.named(text) else { return nil }
    self = keyword
  }

  private static func named(_ text: ByteString) -> Keyword? {
    switch text.count {
    case 1:
      switch text[0] {
      case Byte.leftBrace: .leftBrace
      case Byte.rightBrace: .rightBrace
      case Byte.exclamationMark: .bang
      default: nil
      }
    case 2:
      text == "if"
        ? .if : text == "fi" ? .fi : text == "do" ? .do : text == "in" ? .in : text == "[[" ? .doubleLeftBracket : nil
    case 3: text == "for" ? .for : nil
    case 4:
      text == "then"
        ? .then
        : text == "else"
          ? .else
          : text == "elif"
            ? .elif
            : text == "done"
              ? .done
              : text == "case" ? .case : text == "esac" ? .esac : nil
    case 5: text == "while" ? .while : text == "until" ? .until : nil
    case 6: text == "select" ? .select : text == "coproc" ? .coproc : nil
    case 8: text == "function" ? .function : nil
    default: nil
    }
  }
}
