import Ledger

/// A command with places for what is not known before: `["git", "push", "{sha}"]`. Each argument stays one argument,
/// whatever is put in, and only what the room itself has checked is put in: commits, effect ids, names of the place.
package struct CommandTemplate: Hashable, Sendable, Codable {
  package var argv: [String]
  package var patience: Duration

  /// - Throws: ``CommandTemplateError`` for what could not be run as it is meant.
  package init(_ argv: [String], patience: Duration = .seconds(30)) throws(CommandTemplateError) {
    guard let program = argv.first, !program.isEmpty, !program.contains("{") else {
      throw CommandTemplateError(problem: "the first argument has to be a program, without a place in it")
    }
    self.argv = argv
    self.patience = patience
    for argument in argv {
      for name in Self.places(in: argument) where Place(rawValue: name) == nil {
        throw CommandTemplateError(
          problem:
            "{\(name)} is no place; there are \(Place.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", "))"
        )
      }
    }
  }

  /// What can be put in.
  package enum Place: String, Hashable, Sendable, CaseIterable {
    /// The commit to put in place or to be asked about.
    case sha
    /// The commit that is expected to run, empty before the first deployment.
    case from
    /// The effect id: 32 hexadecimal digits.
    case effect
    /// The environment's name.
    case environment
    /// `deploy` or `rollback`.
    case task
  }

  func filled(_ values: [Place: String]) -> [String] {
    argv.map { argument in
      var text = ""
      var rest = argument[...]
      while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
        text += rest[..<open]
        let name = String(rest[rest.index(after: open)..<close])
        text += Place(rawValue: name).flatMap { values[$0] } ?? ""
        rest = rest[rest.index(after: close)...]
      }
      return text + rest
    }
  }

  private static func places(in argument: String) -> [String] {
    argument.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
      part.firstIndex(of: "}").map { String(part[..<$0]) }
    }
  }
}

/// A command that cannot be run as it is meant.
package struct CommandTemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  package var problem: String
  package var description: String { "A command of a deployment target is wrong: \(problem)." }
}
