import ArgumentParser
import Charts
import ControlSQLite
import Foundation
import Ledger
import Provisioning
import Surroundings

extension ProjectCommand {
  /// `assay project import`.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Add applications and their repositories from a list.",
      discussion: """
        The list is a CSV file whose first line names its columns: application, and any of use_case and repository \
        (several with a semicolon between them). What is there already stays; nothing is taken away.

        A line that cannot be taken is named with what is wrong with it, and all others are taken; then the exit \
        status is 1. To import the same list again changes nothing.

        EXAMPLES
          assay project import applications.csv --dry-run
          assay project import applications.csv
        """)

    @Argument(help: "The list; - for standard input.", completion: .file()) var file: String
    @Flag(help: "Say what would change, and change nothing.") var dryRun = false
    @OptionGroup var control: ControlOptions

    func run() throws {
      let bytes = try ListFile.bytes(of: file)
      let result = try ApplicationImport(bytes, into: control.open(), at: Instant(Date()), isDry: dryRun)
      var text = result.changes.map {
        Display.safe("~ \($0.application)  \($0.details.joined(separator: "; "))") + "\n"
      }.joined()
      for problem in result.problems {
        text += Display.safe("Line \(problem.line) is not taken: \(problem.why).") + "\n"
      }
      let would = dryRun ? "Would be changed" : "Changed"
      text +=
        "\(would): \(result.changes.count), as before: \(result.unchanged), not taken: \(result.problems.count).\n"
      try StandardOutput.write(text)
      if !result.problems.isEmpty { throw ExitCode(1) }
    }
  }
}
