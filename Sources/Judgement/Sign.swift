/// That a kind of evidence is there in a session, with the figures that say so; what they are is in ``text``.
struct Sign: Hashable, Sendable {
  var kind: EvidenceKind
  var count: Int = 0
  var total: Int = 0
  /// A time in seconds, or a ratio, where the words have one.
  var measure: Double = 0
  var spread: Double = 0

  init(_ kind: EvidenceKind, _ count: Int = 0, of total: Int = 0, measure: Double = 0, spread: Double = 0) {
    self.kind = kind
    self.count = count
    self.total = total
    self.measure = measure
    self.spread = spread
  }
}
