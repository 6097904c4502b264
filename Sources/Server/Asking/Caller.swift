import Directory
import Ledger

/// Who asks.
enum Caller: Sendable {
  /// Whoever is at this machine, where the server serves nobody else.
  case localUser
  /// Somebody who signed in.
  /// - Parameter proof: What forms that this browser session was given have to bring back.
  case person(Person, proof: String)
  /// - Parameter account: The token's person's or agent's; `nil` if it is the organisation's.
  case machine(APIToken, account: AccountID?)
}
