import Account
import Agents
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay agent list`: the agents that have a folder here, and those that the directory knows.
struct AgentListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List agents: those with a folder, and those in the directory.",
    discussion: """
      EXAMPLES
        assay agent list
        assay agent list --all --json
      """)

  @OptionGroup var list: ListOptions
  @OptionGroup var options: AgentOptions

  /// One agent, as far as each place knows it.
  private struct Line {
    var name: String
    var known: Agent?
    /// What its folder says that it is for, or that it cannot be used; `nil` without a folder.
    var folder: String?
  }

  func run() throws {
    let directory = try NamedDirectory(options.control.open().snapshot())
    let agents = directory.contents.agents.filter { list.all || $0.ended == nil }
    let folders = options.roster.all().map { name, folder in
      switch folder {
      case .success(let folder): (name, folder.settings.description)
      case .failure(let error):
        (
          name,
          "cannot be used (\(Figures.counted(error.problems.count, "problem"))): assay agent check \(name)"
        )
      }
    }
    let described = Dictionary(folders) { first, _ in first }
    let lines =
      agents.map { Line(name: $0.name, known: $0, folder: described[$0.name]) }
      + folders.filter { folder in !agents.contains { $0.name == folder.0 } }
      .map { Line(name: $0.0, known: nil, folder: $0.1) }
    try StandardOutput.write(list.json ? document(lines, directory) : text(lines, directory))
  }

  private func document(_ lines: [Line], _ directory: NamedDirectory) -> String {
    let items = lines.map { line in
      JSONValue.object([
        ("id", line.known.map { .integer($0.id) } ?? .null),
        ("account", line.known.map { .integer($0.account.rawValue) } ?? .null),
        ("name", .string(line.name)), ("owner", .optional(line.known.flatMap { directory.mail($0.owner) })),
        ("created", .optional(line.known?.created.utc)), ("ended", .optional(line.known?.ended?.utc)),
        ("folder", .optional(line.folder)),
      ])
    }
    return JSONValue.object([("agents", .array(items))]).document
  }

  private func text(_ lines: [Line], _ directory: NamedDirectory) -> String {
    var table = ListTable(
      headings: ["NAME", "OWNER", "KEYS"] + (list.all ? ["ENDED"] : []) + ["WHAT IT IS FOR"])
    table.rows = lines.map { line in
      let keys = line.known.map { known in
        directory.contents.keys.count { $0.holder == .agent(known.id) && $0.revoked == nil }
      }
      return [
        line.name, line.known.flatMap { directory.mail($0.owner) } ?? "–", keys.map(String.init) ?? "–",
      ] + (list.all ? [line.known?.ended?.local ?? ""] : []) + [line.folder ?? "–"]
    }
    return table.text(empty: "No agent yet. Make one with assay agent new NAME.")
  }
}
