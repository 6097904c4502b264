/// What one machine sends of one of its sources to an organisation's server: facts, and never what they were taken
/// from. Sending one twice adds nothing.
package struct FactShipment: Codable, Sendable {
  /// Raised when an older server would misread it.
  package static let currentVersion = 1

  package var version: Int
  package var tool: Tool
  package var shape: SourceShape
  /// Names the source among those of its machine, by a keyed hash of its path.
  package var source: String
  /// Whether the source was read from its start, so that its diagnostics replace those sent before.
  package var fromStart: Bool
  package var batch: FactBatch

  package init(
    version: Int = currentVersion, tool: Tool, shape: SourceShape, source: String, fromStart: Bool,
    batch: FactBatch
  ) {
    self.version = version
    self.tool = tool
    self.shape = shape
    self.source = source
    self.fromStart = fromStart
    self.batch = batch
  }
}

/// What a server tells a machine that is about to collect for it.
package struct CollectionTerms: Codable, Sendable, Hashable {
  /// Under which the organisation's repositories are hashed as well, so that lines can be matched unseen.
  package var hashKey: SipHash24.Key
  /// The newest ``FactShipment/version`` that the server reads.
  package var version: Int

  package init(hashKey: SipHash24.Key, version: Int) {
    self.hashKey = hashKey
    self.version = version
  }
}
