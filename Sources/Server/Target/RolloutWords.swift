import Charts
import Ledger
import Statistics
import Targets
import Visibility

/// What a roll-out by team did, in sentences and rows.
struct RolloutWords {
  private let effect: RolloutEffect
  private let names: GroupNames

  init(_ effect: RolloutEffect, _ names: GroupNames) {
    self.effect = effect
    self.names = names
  }

  var isCausal: Bool { effect.rollout.isByLot }

  /// What the comparison is, and is not.
  var sentences: [String] {
    [
      "Teams that were told are held, over four weeks after it against four before, against those that had not been told by then. Whoever opted out counts with their team: who opts out is never random.",
      isCausal
        ? "The order was drawn by lot, as the settings say. So what differs beyond the range came of it, as far as teams did not act on each other."
        : "Not causal: the order was not drawn by lot. Teams that were told first differ from the others in other ways too.",
    ]
  }

  static let caption =
    "By how much the figure is higher after a start than it would have been; the range holds all that comes at least once in twenty draws of the order of teams."
  static let columns = ["Figure", "Effect", "Range", "By chance", "Teams"]

  var rows: [[String]] {
    effect.effects.map { one in
      let name =
        switch one.figure {
        case .active: "active"
        case .spendWithoutOutcome: "spend without a known outcome"
        }
      guard let rollout = one.rollout else {
        return [name, "too few teams or weeks are shown", "–", "–", "\(one.teams)"]
      }
      return [
        name, TargetBehaviourWords.points(rollout.effect),
        rollout.range.map {
          "\(TargetBehaviourWords.points($0.lowerBound)) to \(TargetBehaviourWords.points($0.upperBound))"
        } ?? "too few teams for one",
        TargetBehaviourWords.often(rollout.likelihood), "\(rollout.teams)",
      ]
    }
  }

  /// In the order in which they were told, and those that never were last.
  var teams: [[String]] {
    effect.rollout.starts.map { team, start in
      (start?.milliseconds ?? .max, [names.name(of: .team(team)), start?.day ?? "never"])
    }.sorted { ($0.0, $0.1[0]) < ($1.0, $1.1[0]) }.map(\.1)
  }

  var json: JSONValue {
    .object([
      ("causal", .bool(isCausal)),
      (
        "teams",
        .array(teams.map { .object([("team", .string($0[0])), ("announced", .string($0[1]))]) })
      ),
      (
        "effects",
        .array(
          effect.effects.map { one in
            .object([
              ("figure", .string(one.figure.rawValue)), ("teams", .integer(Int64(one.teams))),
              ("effect_thousandths", TargetJSON.thousandths(one.rollout?.effect)),
              ("least_thousandths", TargetJSON.thousandths(one.rollout?.range?.lowerBound)),
              ("most_thousandths", TargetJSON.thousandths(one.rollout?.range?.upperBound)),
              ("likelihood_thousandths", TargetJSON.thousandths(one.rollout?.likelihood)),
            ])
          })
      ),
    ])
  }
}
