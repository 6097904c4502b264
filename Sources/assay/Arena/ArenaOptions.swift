import Arena
import ArgumentParser
import Foundation
import Judgement
import Ledger
import Surroundings

/// What fitting and scoring have in common.
struct ArenaOptions: ParsableArguments {
  @Argument(help: "Directories that `assay arena make` wrote.", completion: .directory)
  var directories: [String]

  @Option(
    name: .customLong("held-out"),
    help: ArgumentHelp(
      "Kinds that no weight is fitted on; scores name them apart. Default: about a third of either class.",
      valueName: "kinds"))
  var heldOut = KindList(PersonKind.allCases.filter(PersonKind.heldOutByDefault.contains))

  @Option(help: "The share of purposeless sessions in the population that probabilities are meant for.")
  var prior = 0.05

  @Option(
    name: .customLong("judgement"),
    help: ArgumentHelp("A policy file instead of the built-in policy.", valueName: "file"))
  var policyFile: String?

  func validate() throws {
    guard !directories.isEmpty else {
      throw ValidationError("Name a directory that `assay arena make` wrote.")
    }
    guard prior > 0, prior < 1 else { throw ValidationError("--prior takes a share between 0 and 1.") }
  }

  func policy() throws -> EvidencePolicy {
    try EvidencePolicy.builtIn(orFileAt: policyFile.map(GivenPath.absolute))
  }

  var fitted: Set<PersonKind> { Set(PersonKind.allCases).subtracting(heldOut.kinds) }

  func readings(wantsFeatures: Bool) async throws -> [ArenaReading] {
    var readings: [ArenaReading] = []
    for directory in directories {
      readings.append(
        try await ArenaReading(
          directory: GivenPath.absolute(directory), wantsFeatures: wantsFeatures, progress: ProgressLine()))
    }
    return readings
  }
}
