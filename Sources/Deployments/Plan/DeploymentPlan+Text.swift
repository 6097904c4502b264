import Effects
import Ledger

extension DeploymentPlan {
  /// The plan for people and models: only what targets and the organisation say, nothing that a stranger could have
  /// worded, but for the names of checks, which stand in quotation marks on one line.
  package var summary: String {
    var lines = [
      "Plan \(hash)",
      "Target: \(place.name) (\(place.environment)\(place.isProduction ? ", what users use" : "")) of \(place.repository)",
      "Runs now: \(from ?? "nothing")",
      "To deploy: \(to)",
      "Brings: \(brings)",
    ]
    if checks.isEmpty {
      lines.append("Checks: none said anything of this commit")
    } else {
      lines.append("Checks:")
      for check in checks {
        lines.append(
          "  \(check.state.rawValue): “\(Self.oneLine(check.name))” by “\(Self.oneLine(check.by))”")
      }
    }
    lines.append(
      "Approval: \(terms.approvers.isEmpty ? "whoever the agent’s folder names" : terms.approvers.joined(separator: ", "))"
    )
    lines.append("Data: \(terms.migration)")
    lines.append("Way back: \(from.map { "roll back to \($0)" } ?? "none: nothing ran before")")
    let criteria = terms.criteria
    lines.append(
      "Stands when: well within \(criteria.wellWithin.inWords), then for \(criteria.holdFor.inWords), looked at every \(criteria.interval.inWords), \(Self.share(criteria.objectivePerMille)) of the looks good"
    )
    let obstacles = obstacles
    if !obstacles.isEmpty { lines += ["In the way:"] + obstacles.map { "  " + $0 } }
    return lines.joined(separator: "\n")
  }

  /// What the commits say of themselves, a line each: anybody's words. `nil` if there are none.
  package var subjects: String? {
    guard !changes.commits.isEmpty else { return nil }
    return changes.commits.map { "\(short($0.sha)) \(Self.oneLine($0.subject))" }.joined(separator: "\n")
  }

  /// For people and models, by who says what.
  var passages: [Passage] {
    [Passage(summary, from: .system(ToolParts.system))]
      + (subjects.map { [Passage($0, from: .untrusted("commit messages of \(place.repository)"))] } ?? [])
  }

  private var brings: String {
    switch changes.course {
    case .first: "the first deployment here"
    case .same: "nothing"
    case .backward: "an older state"
    case .forward, .diverged:
      "\(changes.count.map { "\($0) \($0 == 1 ? "commit" : "commits")" } ?? "commits, nobody says how many")"
        + (changes.course == .diverged ? ", and lacks what runs now" : "")
    }
  }

  private static func share(_ perMille: Int) -> String {
    perMille % 10 == 0 ? "\(perMille / 10) %" : "\(perMille / 10).\(perMille % 10) %"
  }

  /// Without control characters and directions of writing that would let it pose as another line; at most 200 characters.
  static func oneLine(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(200).map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: " "
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
