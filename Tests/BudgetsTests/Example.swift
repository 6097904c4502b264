import Budgets
import Directory
import Foundation
import Ledger
import Testing

/// Short ways to say what the tests say often.
enum Example {
  static let scopes = ChargeScopes(key: 1, person: 2, team: 3, project: 4, agent: 5)

  /// An instant from `2026-11-21T09:30:00Z`.
  static func at(_ text: String) throws -> Instant {
    Instant(try Date(text, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: false)))
  }

  static func limit(
    _ measure: Limit.Measure, a window: Limit.Window = .day, of scope: Limit.Scope = .team(3), id: Int64 = 1
  ) -> Limit {
    Limit(id: id, scope: scope, measure: measure, window: window)
  }

  static func dollars(_ dollars: Double) -> NanoDollars {
    NanoDollars(Int64((dollars * Double(NanoDollars.perDollar)).rounded()))
  }

  /// `team 3`, `key 1`, `the organisation`.
  static func name(_ scope: Limit.Scope) -> String {
    switch scope {
    case .organisation: "the organisation"
    case .key(let id): "key \(id)"
    case .person(let id): "person \(id)"
    case .team(let id): "team \(id)"
    case .project(let id): "project \(id)"
    case .agent(let id): "agent \(id)"
    }
  }
}

extension BudgetBook {
  /// Reserves for the example's scopes.
  func reserve(
    cost: NanoDollars? = .zero, tokens: Int64 = 0, limits: [Limit], at instant: Instant,
    scopes: ChargeScopes = Example.scopes, deadline: Instant? = nil, fingerprint: UInt64? = nil
  ) -> Result<ReservationID, Refusal> {
    reserve(
      Demand(
        scopes: scopes, limits: limits, cost: cost, tokens: tokens, at: instant, deadline: deadline,
        fingerprint: fingerprint))
  }
}

extension Result where Failure == Refusal {
  var refusal: Refusal? { if case .failure(let refusal) = self { refusal } else { nil } }
  var shortfall: Shortfall? {
    if case .limit(let shortfall)? = refusal?.reason { shortfall } else { nil }
  }
  var isAdmitted: Bool { if case .success = self { true } else { false } }
}
