import ByteStrings

/// Bytes that decide something in the shell language, in fragments.
package enum SyntaxFragments {
  package static let all: [ByteString] = [
    "'", "\"", "`", "$(", "$((", "))", ")", "(", "${", "}", "{", "\\", "\n", "\\\n", " ", ";", ";;", ";&", "&", "&&",
    "|", "||", "<<E\n", "<<-'E'\n", "E\n", ">", "2>", "<&", "if ", "then ", "fi ", "do ", "done ", "case ", "in ",
    "esac ", "! ", "#", "$'", "$", "x", "=", "[", "]", ":-", "%", "\0", "\t", "f()", "é",
  ]
}
