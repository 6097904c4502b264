/// A price file that cannot be used, with everything that is wrong with it. Nothing of such a file is used.
package struct PriceFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The entry, as `models[3] (claude-opus-5)`; `nil` for the file as a whole.
    package var entry: String?
    package var field: String?
    /// What is wrong, and what to do about it.
    package var message: String

    package var description: String {
      [entry, field, message].compactMap(\.self).joined(separator: ": ")
    }
  }

  package var file: String
  package var problems: [Problem]

  /// The most problems that are printed; more of them have one cause.
  private static let printed = 10

  package var description: String {
    let lines = problems.prefix(Self.printed).map { "\(file): \($0)" }
    let rest = problems.count - lines.count
    return (lines + (rest > 0 ? ["\(file): and \(rest) more"] : [])).joined(separator: "\n")
  }
}
