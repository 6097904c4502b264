package import Ledger

/// One request that a scripted model answered, and what it would have billed for it: the truth that metering is tested
/// against.
package struct ServedCall: Hashable, Sendable, Codable {
  /// From 1.
  package var number: Int
  /// `messages`, `chatCompletions` or `responses`.
  package var format: String
  package var model: String
  package var status: Int
  /// `nil` for errors, which bill nothing.
  package var usage: TokenCounts?
  package var responseID: String?
  /// Whether the stream broke off before its end.
  package var isCut: Bool

  package init(
    number: Int, format: String, model: String, status: Int, usage: TokenCounts?, responseID: String?,
    isCut: Bool
  ) {
    self.number = number
    self.format = format
    self.model = model
    self.status = status
    self.usage = usage
    self.responseID = responseID
    self.isCut = isCut
  }
}
