import Agents
import ArgumentParser
import ControlSQLite
import Foundation
import Journal
import Ledger
import Surroundings
import ToolServers

/// Where agents' folders are, and which database their runs are written down in.
struct AgentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory with a folder for each agent. Default: assay/agents below $XDG_DATA_HOME or ~/.local/share.",
      valueName: "dir"))
  var folders: String?

  @OptionGroup var control: ControlOptions

  var roster: AgentRoster { AgentRoster(directory: folders.map(GivenPath.absolute) ?? Self.standard) }
  static var standard: String { XDGDirectory.data + "/agents" }
  /// Where runs have their files.
  static var runs: String { XDGDirectory.data + "/runs" }

  /// What tool servers gave those who signed in.
  static var tokens: TokenFile { TokenFile(path: XDGDirectory.data + "/tool-servers.json") }

  func journal() throws -> SQLiteJournal { SQLiteJournal(try control.open()) }
}

/// A run as the command line names it: all of its name, or as much of its end as only one has.
struct RunArgument {
  var text: String

  func find(in journal: some JournalStore) throws -> Run {
    if let run = try? journal.run(RunID(rawValue: text)) { return run }
    let found = try journal.runs(of: RunFilter(), limit: 1000).filter { $0.id.rawValue.hasSuffix(text) }
    guard let run = found.first, text.utf8.count >= 4 else {
      throw ValidationError("There is no run \(text). assay agent runs lists those there are.")
    }
    guard found.count == 1 else {
      throw ValidationError("\(found.count) runs end in \(text). Give more of the name.")
    }
    return run
  }
}
