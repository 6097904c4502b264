import Arena
import ArgumentParser

struct ArenaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "arena",
    abstract: "Simulated organisations with a label for every token.",
    discussion: """
      How often a judgement is wrong can only be said where the truth is known. \
      `make` writes organisations in the tools' own file formats, with \
      repositories, events, telemetry and mail. Every figure that is taken of them \
      is on simulated organisations.

      EXAMPLES
        assay arena make --seed 1 --people 120 --weeks 13 /tmp/fitting
      """,
    subcommands: [ArenaMakeCommand.self])
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
}
