import ByteStrings

/// Why a text is not in the language, and where.
///
/// `SyntaxError+Message.swift` has the wording.
package struct SyntaxError: Error, Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    /// Something stands where something else is expected.
    case unexpected(Found, expected: Expectation)
    /// The input ends before a quote or an expansion is closed. The error's position is where it was opened.
    case unclosed(Construct)
    /// The input ends where `keyword` is expected, for a construct that was opened at a place.
    case missing(keyword: ByteString, of: OpenConstruct)
    /// The input ends where something is expected.
    case unexpectedEnd(expected: Expectation)
    /// `${` is not followed by a parameter.
    case badParameterExpansion(ByteString)
    /// A NUL byte.
    case nulByte
    /// Constructs stand in each other deeper than the limit.
    case nestedTooDeeply(limit: Int)
    /// What other shells have and this language has not.
    case notInLanguage(Extension)
  }

  /// What stands at the place.
  package enum Found: Sendable, Equatable {
    case newline
    /// The token's text.
    case token(ByteString)
  }

  /// What could stand at the place.
  package enum Expectation: Sendable, Equatable {
    case command
    case endOfCommand
    case keyword(ByteString, of: OpenConstruct)
    case closer(OpenConstruct)
    case variableName
    case fileName
    case hereDocumentDelimiter
    case casePattern
    case caseWord
    case patternEnd
    case functionName
    case functionParentheses
    case functionBody(ByteString)
    case arithmeticFor
    /// In `[[ … ]]`.
    case testOperand
    case testOperator
  }

  package enum Extension: Sendable, Equatable {
    case functionKeyword
    case array
    case hereString
    case processSubstitution
    /// `for ((…`.
    case arithmeticFor
    case select
    /// `|&`.
    case pipeOfErrors
    /// `;;&`.
    case caseContinuation
  }

  package let reason: Reason
  package let position: SourcePosition
}
