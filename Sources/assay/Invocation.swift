import Charts
import Foundation

/// How the user called Assay, so that what is printed to be run next can be run as it stands.
enum Invocation {
  /// `assay`, or what the script that built it was called by (`./assay`): `$ASSAY_COMMAND`.
  static let command: String = {
    guard let given = ProcessInfo.processInfo.environment["ASSAY_COMMAND"], !given.isEmpty,
      given.utf8.count <= 300, Display.safe(given) == given
    else { return "assay" }
    return ShellWord.quoted(given)
  }()

  /// A message of the argument parser's, which knows the program by its own name only.
  static func renamed(_ message: String) -> String {
    guard command != "assay" else { return message }
    return message.replacing("Usage: assay", with: "Usage: \(command)")
      .replacing("See 'assay ", with: "See '\(command) ")
  }
}

/// A word as a shell takes it.
enum ShellWord {
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "/._-~".utf8.contains($0)
    }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
