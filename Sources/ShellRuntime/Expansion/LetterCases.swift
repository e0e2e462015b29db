/// A character and, if it is a letter with another case, that one.
struct LetterCases {
  private let own: UInt32
  /// `nil` where there is no other case.
  private let other: UInt32?

  init(of value: UInt32) {
    own = value
    other = Self.otherCase(of: value)
  }

  var hasOther: Bool { other != nil }

  func contains(where isMember: (UInt32) -> Bool) -> Bool { isMember(own) || other.map(isMember) == true }

  private static func otherCase(of value: UInt32) -> UInt32? {
    if value < 128 {
      let letter = value | 0x20
      return letter >= 0x61 && letter <= 0x7a ? value ^ 0x20 : nil
    }
    guard let properties = Unicode.Scalar(value)?.properties else { return nil }
    let mapped = properties.isLowercase ? properties.uppercaseMapping : properties.lowercaseMapping
    guard mapped.unicodeScalars.count == 1, let scalar = mapped.unicodeScalars.first, scalar.value != value else {
      return nil
    }
    return scalar.value
  }
}
