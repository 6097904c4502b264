import Arena
import Foundation
import Judgement

/// Weights of evidence of which fitting learns nothing, since the kinds of people that show it are not in it.
///
/// They are reasoned, against a prior before anything is looked at. The fitted prior is lower, because it is of sessions
/// that show nothing of what was fitted, and that says nothing against a design of another sort: what shows another one
/// weighs as much more as the prior fell. But no more than the honest sessions that were looked at bear out: were it in
/// ``share`` of purposeless sessions, and in as many honest ones as their number does not exclude.
struct UnlearntWeights {
  private let reasoned: EvidencePolicy
  private let shift: Double
  private let mostBits: Double
  private var honest: [String: Int] = [:]
  private var sessions = 0

  /// Of purposeless sessions, that show one sort of evidence that no other design has.
  private static let share = 0.05
  /// What cannot be in a simulated organisation, which has no gateway: that it is not there says nothing.
  private static let unexposed: Set<EvidenceKind> = [.gatewayDisagrees]

  init(_ people: [JudgedPerson], reasoned: EvidencePolicy, fittedPrior: Double, most: Double) {
    mostBits = most
    self.reasoned = reasoned
    shift = max(0, reasoned.weight(of: .prior) - fittedPrior)
    for session in people.lazy.flatMap(\.sessions) where !session.isPerformed && session.isComplete {
      sessions += 1
      for name in session.evidence { honest[name, default: 0] += 1 }
    }
  }

  func bits(of kind: EvidenceKind) -> Double {
    let bits = reasoned.weight(of: kind)
    guard kind.direction == .againstPurpose, bits > 0, !Self.unexposed.contains(kind) else { return bits }
    let most = log2(Self.share / BinomialBound.upper(honest[kind.rawValue] ?? 0, of: sessions))
    return (min(bits + shift, max(0, most), mostBits) * 100).rounded() / 100
  }
}
