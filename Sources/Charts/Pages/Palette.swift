package import Ledger

/// The colours of the page. Marks have at least 3:1 against their background and text 4.5:1; every two states
/// stay apart for readers who see no red, no green or no blue (ΔE of 18 and more under Machado's simulation).
/// None is red: a state is no accusation. A test holds all of this.
package struct Palette: Sendable {
  package var background: String
  package var text: String
  package var quiet: String
  package var rule: String
  package var accent: String
  /// Of the hatching that stands for `unknown`, and of the stripes over `fresh`.
  package var hatch: String
  private var states: [OutcomeState: String]

  package static let light = Palette(
    background: "#ffffff", text: "#1c1e21", quiet: "#5b6168", rule: "#d9dce0", accent: "#0f5d8c",
    hatch: "#6b7178",
    states: [
      .held: "#0f6a4a", .fresh: "#2fa86a", .reverted: "#9c4f0c", .open: "#3f7fe0", .explored: "#55308c",
      .unexplained: "#8c8c8c",
    ])

  package static let dark = Palette(
    background: "#14171a", text: "#e6e8ea", quiet: "#a3aab1", rule: "#343a40", accent: "#7cc0ec",
    hatch: "#98a0a8",
    states: [
      .held: "#2fb37c", .fresh: "#a9f0c9", .reverted: "#c9772b", .open: "#4f86e8", .explored: "#c8a8ff",
      .unexplained: "#7d7d7d",
    ])

  /// The plain colour of a state; `unknown` is hatched in this colour.
  package func colour(of state: OutcomeState) -> String { states[state] ?? hatch }

  /// As CSS custom properties.
  var properties: String {
    let own = [
      ("bg", background), ("text", text), ("quiet", quiet), ("rule", rule), ("accent", accent),
      ("hatch", hatch),
    ]
    let states = OutcomeState.allCases.map { ($0.rawValue, colour(of: $0)) }
    return (own + states).map { "--\($0.0):\($0.1)" }.joined(separator: ";")
  }
}
