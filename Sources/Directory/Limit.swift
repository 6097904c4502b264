package import Ledger

/// How much one scope may use in one window.
package struct Limit: Hashable, Sendable, Codable, Identifiable {
  /// Whose use is added up. Every scope of a call is checked; the tightest decides.
  package enum Scope: Hashable, Sendable, Codable {
    case organisation
    case key(Int64)
    case person(Int64)
    case team(Int64)
    case project(Int64)
    case agent(Int64)
  }

  package enum Measure: Hashable, Sendable, Codable {
    /// At list price; use of a subscription costs none.
    case money(NanoDollars)
    /// Of all classes together: a limit on flow, not a figure to report.
    case tokens(Int64)
    case requests(Int64)
    /// Calls under way at once; its window says nothing.
    case concurrency(Int64)
  }

  /// Days, ISO weeks and months are UTC's; a minute slides.
  package enum Window: String, Hashable, Sendable, Codable, CaseIterable { case minute, day, week, month }

  package var id: Int64
  package var scope: Scope
  package var measure: Measure
  package var window: Window

  package init(id: Int64, scope: Scope, measure: Measure, window: Window) {
    self.id = id
    self.scope = scope
    self.measure = measure
    self.window = window
  }
}

extension ChargeScopes {
  /// Whether what a call with these scopes uses counts against `scope`.
  package func contains(_ scope: Limit.Scope) -> Bool {
    switch scope {
    case .organisation: true
    case .key(let id): key == id
    case .person(let id): person == id
    case .team(let id): team == id
    case .project(let id): project == id
    case .agent(let id): agent == id
    }
  }
}
