import Gate

/// A text by others in which nothing can be followed: what a reader, or a program that shows it, could take for a link, an
/// address, a telephone number or an account is left out.
package enum InertText {
  package static func of(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: " ", omittingEmptySubsequences: false).map { word in
        Addresses.found(in: String(word)).isEmpty ? String(word) : "[left out]"
      }.joined(separator: " ")
    }.joined(separator: "\n")
  }
}
