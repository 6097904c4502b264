import Effects
import Foundation

/// All that a deployment would do, settled before anybody is asked. Made twice of the same state it is the same, byte for
/// byte; what has moved since makes it another plan, with another hash, which nobody has approved.
package struct DeploymentPlan: Hashable, Sendable, Codable {
  package var place: DeploymentPlace
  /// What runs there now; `nil` before the first deployment.
  package var from: String?
  package var to: String
  package var changes: DeploymentChanges
  /// In order of name.
  package var checks: [DeploymentCheck]
  package var terms: DeploymentTerms
  /// Whether it is part of the branch that is released.
  package var isOnMainline: Bool

  package init(
    place: DeploymentPlace, from: String?, to: String, changes: DeploymentChanges,
    checks: [DeploymentCheck], terms: DeploymentTerms, isOnMainline: Bool = true
  ) {
    self.place = place
    self.from = from
    self.to = to
    self.changes = changes
    self.checks = checks.sorted()
    self.terms = terms
    self.isOnMainline = isOnMainline
  }

  /// SHA-256 of ``canonical``, 64 lower-case hexadecimal digits: what an approval is bound to.
  package var hash: String { Fingerprint.digits(of: ["deployment plan 1", canonical]) }

  /// The plan as JSON, the same bytes for the same plan.
  package var canonical: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, integers and durations: nothing in it cannot be encoded.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Why it must not be carried out, each in a sentence; empty if it may be asked for.
  package var obstacles: [String] {
    var obstacles: [String] = []
    switch changes.course {
    case .first, .forward: break
    case .same: obstacles.append("\(short(to)) is what runs in \(place.name) already.")
    case .backward:
      obstacles.append("\(short(to)) is older than what runs in \(place.name): that is a rollback.")
    case .diverged:
      obstacles.append(
        "\(short(to)) lacks commits that run in \(place.name) now; merge them first, or roll back.")
    }
    if !isOnMainline {
      obstacles.append(
        "\(short(to)) is not on \(Self.oneLine(terms.mainline)), which is what is released here.")
    }
    for name in terms.requiredChecks.sorted() {
      let said = checks.filter { $0.name == name }
      if said.isEmpty {
        obstacles.append("The check “\(Self.oneLine(name))” has not said anything of \(short(to)).")
      } else if !said.allSatisfy({ $0.state == .passed }) {
        obstacles.append("The check “\(Self.oneLine(name))” is not green for \(short(to)).")
      }
    }
    // Where nobody says which ones matter, all do.
    for check in checks where terms.requiredChecks.isEmpty {
      switch check.state {
      case .passed, .neutral: break
      case .failed: obstacles.append("The check “\(Self.oneLine(check.name))” failed for \(short(to)).")
      case .running:
        obstacles.append("The check “\(Self.oneLine(check.name))” has not ended for \(short(to)).")
      }
    }
    return obstacles
  }

  /// A commit as people write it.
  func short(_ sha: String) -> String { String(sha.prefix(10)) }
}
