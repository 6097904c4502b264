import ArgumentParser
import Attribution
import Collection
import Foundation
import Judgement
import Ledger
import Surroundings

/// Where a command reads from; the same for every command that looks at sessions.
struct SourceOptions: ParsableArguments {
  @Option(
    name: .customLong("home"),
    help: ArgumentHelp(
      "A home directory to read instead of your own. May be given several times.", valueName: "dir"))
  var givenHomes: [String] = []

  @Option(
    name: .customLong("homes"),
    help: ArgumentHelp(
      "A directory in which each directory is a person’s home, as in /home. Judgements and findings are then shown of nobody.",
      valueName: "dir"))
  var homesBelow: String?

  @Option(
    name: .customLong("files"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Session files, or directories of them, of any tool and in any place, to read as well.",
      valueName: "path"))
  var files: [String] = []

  @Option(
    name: .customLong("repos"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Repositories, or directories that hold them, to look for outcomes in besides those the sessions ran in.",
      valueName: "dir"))
  var repositories: [String] = []

  @Option(
    name: .customLong("ledger"),
    help: ArgumentHelp(
      "The ledger file. Default: assay/ledger.sqlite below $XDG_DATA_HOME or ~/.local/share; other homes and files have ledgers of their own.",
      valueName: "file"))
  var ledger: String?

  @Option(
    name: .customLong("prices"),
    help: ArgumentHelp(
      "An organisation's own price file, on top of the built-in catalogue. Also $ASSAY_PRICES.",
      valueName: "file"))
  var prices: String?

  @Option(
    name: .customLong("hold-window"),
    help: ArgumentHelp("Days that an outcome must stand before it counts as held.", valueName: "days"))
  var holdWindowDays = 14

  @Option(
    name: .customLong("judgement"),
    help: ArgumentHelp(
      "A policy of your own for what is evidence for and against a purpose (docs/judgement.md).",
      valueName: "file"))
  var judgement: String?

  /// Whether what is read is several people's: what is judged of one is for that one alone (law 6).
  var isOfPeople: Bool { homesBelow != nil }

  /// - Throws: ``CommandFailure`` where a command that shows one person's own is asked of several people's homes.
  func requireOwn(_ what: String) throws {
    guard !isOfPeople else {
      throw CommandFailure(
        "--homes reads several people’s homes, and \(what) for the person alone whose it is. Give your own with --home."
      )
    }
  }

  /// Those that were named, and those below a directory that was, by name.
  var homes: [String] {
    guard let homesBelow else { return givenHomes }
    let place = GivenPath.absolute(homesBelow)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return givenHomes
      + names.sorted().map { "\(place)/\($0)" }.filter { path in
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
          && isDirectory.boolValue
      }
  }

  func validate() throws {
    if let homesBelow, homes.count == givenHomes.count {
      throw ValidationError("--homes \(homesBelow): there is no directory in it. Check the path.")
    }
    guard (1...365).contains(holdWindowDays) else {
      throw ValidationError("--hold-window takes a number of days from 1 to 365.")
    }
    for (option, paths) in [("--home", homes), ("--files", files), ("--repos", repositories)] {
      for path in paths where !GivenPath.exists(path) {
        throw ValidationError("\(option) \(path): there is no such file or directory. Check the path.")
      }
    }
  }

  var homeDirectories: [HomeDirectory] {
    if !homes.isEmpty { return homes.map { HomeDirectory(path: GivenPath.absolute($0)) } }
    return files.isEmpty ? [.current] : []
  }

  var filePaths: [String] { files.map(GivenPath.absolute) }
  var repositoryPaths: [String] { Set(repositories.map(GivenPath.absolute)).sorted() }

  var policy: AttributionPolicy {
    var policy = AttributionPolicy()
    policy.holdWindow = .days(Int64(holdWindowDays))
    return policy
  }

  func evidencePolicy() throws -> EvidencePolicy {
    try EvidencePolicy.builtIn(orFileAt: judgement.map(GivenPath.absolute))
  }

  func catalogue() throws -> PriceCatalogue {
    let environment = ProcessInfo.processInfo.environment["ASSAY_PRICES"]
    return try PriceCatalogue.builtIn(withFileAt: prices ?? environment.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// What is read decides where it is kept: another home's sessions never mix with one's own.
  var ledgerPath: String {
    if let ledger { return GivenPath.absolute(ledger) }
    let directory = XDGDirectory.data
    guard !homes.isEmpty || !files.isEmpty else { return directory + "/ledger.sqlite" }
    // Of several homes each is a person's; ledgers from before that was so are left alone.
    let kind = homes.count > 1 ? ["people"] : []
    let scope = (kind + homes.map(GivenPath.absolute) + filePaths).joined(separator: "\n")
    let name = String(Key128(space: "ledger-scope", scope).low, radix: 16)
    return directory + "/ledger-\(name).sqlite"
  }

  /// What to give another command so that it reads the same, with a space before each word.
  var repeated: String {
    var words = homes.flatMap { ["--home", ShellWord.quoted($0)] }
    if !files.isEmpty { words += ["--files"] + files.map(ShellWord.quoted) }
    if !repositories.isEmpty { words += ["--repos"] + repositories.map(ShellWord.quoted) }
    if let ledger { words += ["--ledger", ShellWord.quoted(ledger)] }
    let text = words.map { " " + $0 }.joined()
    return text.utf8.count <= 300 ? text : " … (with the same options)"
  }

  /// Beside the ledger, under its name: an index is taken under the ledger's key.
  var cacheDirectory: String { ledgerPath + ".repositories" }
}
