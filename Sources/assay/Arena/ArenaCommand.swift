import ArgumentParser
import Arena

struct ArenaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "arena",
    abstract: "Simulated organisations with a label for every token: make them, fit weights, score a judge.",
    discussion: """
      How often a judgement is wrong can only be said where the truth is known. \
      `make` writes organisations in the tools' own file formats, with \
      repositories, events, telemetry and mail; `score` reads them as anybody's \
      files are read, judges, and compares with the truth; `fit` writes a policy \
      file. Every figure is on simulated organisations.

      EXAMPLES
        assay arena make --seed 1 --people 120 --weeks 13 /tmp/fitting
        assay arena make --seed 2 --people 120 --weeks 13 /tmp/scoring
        assay arena fit /tmp/fitting --output policy.json
        assay arena score /tmp/scoring --judgement policy.json --page score.html
      """,
    subcommands: [ArenaMakeCommand.self, ArenaFitCommand.self, ArenaScoreCommand.self])
}

/// A list of kinds, by name.
struct KindList: ExpressibleByArgument {
  var kinds: [PersonKind]

  init(_ kinds: [PersonKind]) { self.kinds = kinds }

  init?(argument: String) {
    switch argument {
    case "all": kinds = PersonKind.allCases
    case "honest": kinds = PersonKind.honest
    case "burners": kinds = PersonKind.burners
    case "none": kinds = []
    default:
      let named = argument.split(separator: ",").map { PersonKind(rawValue: String($0)) }
      guard !named.isEmpty, !named.contains(nil) else { return nil }
      kinds = named.compactMap { $0 }
    }
  }

  var defaultValueDescription: String { kinds.map(\.rawValue).joined(separator: ",") }

  static var allValueStrings: [String] {
    ["all", "honest", "burners", "none"] + PersonKind.allCases.map(\.rawValue)
  }
}
