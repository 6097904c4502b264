import ArgumentParser
import Charts
import Collection
import Foundation
import Ledger
import LedgerSQLite
import Outcomes
import Surroundings

/// `assay doctor`: what was found, where, and what is missing.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what was found, where, and what is missing.",
    discussion: """
      Looks without reading sessions: ✓ found, – nothing there, ! cannot be used, ✗ keeps Assay from working (and \
      makes the exit status 1).

      EXAMPLES
        assay doctor
        assay doctor --repos ~/src
      """)

  @OptionGroup(title: "What to read") var sources: SourceOptions

  func run() async throws {
    var lines: [String] = []
    var isWell = true
    func note(_ mark: String, _ text: String) { lines.append("\(mark) \(text)") }

    let discovery = Discovery(homes: sources.homeDirectories, files: sources.filePaths)
    for tool in Tool.withRecords {
      let found = discovery.sources.filter { $0.tool == tool }
      let places = discovery.places.filter { $0.tool == tool }
      if found.isEmpty {
        note("–", "\(tool.displayName): no records in \(places.map(\.directory).joined(separator: ", "))")
      } else {
        let bytes = found.reduce(0) { $0 + $1.identity.size }
        let where_ = places.filter { $0.sources > 0 }.map(\.directory).joined(separator: ", ")
        let unit = found.count == 1 ? "source" : "sources"
        note(
          "✓",
          "\(tool.displayName): \(found.count) \(unit), \(Figures.bytes(bytes))\(where_.isEmpty ? "" : " in \(where_)")"
        )
      }
    }
    for path in discovery.unreadable { note("!", "\(path) cannot be opened; check its permissions") }
    for path in discovery.unrecognised {
      note("!", "\(path): no reader knows this file, or it does not exist")
    }

    for directory in sources.repositoryPaths {
      do throws(RepositoryProblem) {
        let found = try RepositoryLocation.under(directory)
        note("✓", "\(directory): \(found.count) \(found.count == 1 ? "repository" : "repositories")")
      } catch {
        note("!", error.reason)
      }
    }
    switch await GitVersion.installed() {
    case .some(let version): note("✓", version)
    case .none:
      note("✗", "git is not on the PATH; without it every outcome is unknown")
      isWell = false
    }
    do {
      let catalogue = try sources.catalogue()
      note("✓", "prices of \(Set(catalogue.prices.map(\.model)).count) models")
    } catch {
      note("✗", "\(error)")
      isWell = false
    }
    let path = sources.ledgerPath
    if FileManager.default.fileExists(atPath: path) {
      do throws(LedgerError) {
        let ledger = try SQLiteLedger(path: path)
        let known = (try? ledger.knownSources().count) ?? 0
        note("✓", "ledger \(path), \(known) sources read so far")
      } catch {
        note("✗", error.description)
        isWell = false
      }
    } else {
      note("–", "ledger \(path) does not exist yet; \(Invocation.command) report makes it")
    }
    try StandardOutput.write(lines.joined(separator: "\n").replacing(Figures.joint, with: " ") + "\n")
    if !isWell { throw ExitCode.failure }
  }
}
