@testable import Visibility

/// Prints a policy as a table that a person can read, one row for each subject and page that there is.
enum PolicyTable {
  /// The columns: each role alone, beside being a member; a machine is only that.
  static let viewers: [(name: String, roles: Set<Role>)] = [
    ("member", [.member]), ("finance", [.member, .finance]), ("platform", [.member, .platform]),
    ("admin", [.member, .administrator]), ("HR", [.member, .humanResources]), ("machine", [.machine]),
  ]

  static func rows(_ settings: VisibilitySettings, purpose: Purpose?) -> [String] {
    let policy = VisibilityPolicy(settings)
    return Subject.allCases.flatMap { subject in
      Page.allCases.compactMap { page -> String? in
        let decisions = viewers.map { policy.decide($0.roles, on: subject, page, purpose: purpose) }
        if decisions.allSatisfy({ $0 == .refused(.noSuchPage) }) { return nil }
        let cells = zip(viewers, decisions).map { "\($0.name): \(word($1))" }
        return "\(name(subject)) | \(page.rawValue) | \(cells.joined(separator: " | "))"
      }
    }
  }

  static func name(_ subject: Subject) -> String {
    switch subject {
    case .person(let relation): relation.rawValue
    case .group(let isManaged): isManaged ? "group I manage" : "group"
    case .organisation: "organisation"
    case .configuration: "configuration"
    }
  }

  static func word(_ decision: Decision) -> String {
    switch decision {
    case .refused: return "–"
    case .allowed(let grant):
      let shape =
        switch grant.form {
        case .everything: "all"
        case .usageAndLinkedOutcomes(let since): since.map { "usage since \($0)" } ?? "usage"
        case .place: "place"
        case .cells(let floor): "cells of \(floor)"
        case .aggregates: "totals"
        case .diagnostics: "diagnostics"
        case .directory: "directory"
        case .configuration: "configuration"
        }
      return shape + (grant.isLogged ? ", logged" : "")
    }
  }
}
