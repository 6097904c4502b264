extension UsageRecord {
  /// Of one session's records those that count, each call once whatever reported it: what gateway and log itemise
  /// counts; what telemetry itemises fills in what they leave out, or where they do not know the call counts itself.
  ///
  /// Telemetry that names the provider's request is matched by that. It counts beside a log whose records name
  /// theirs: the log then lacks the call (compaction, calls on the side). Telemetry that names none counts only in a
  /// session that no other source has records of; else it serves reconciliation only. Order makes no difference.
  ///
  /// - Parameter records: All of the session's, merged by ``id``.
  /// - Returns: None is of kind ``Kind/telemetry``.
  package static func counted(_ records: [UsageRecord]) -> [UsageRecord] {
    guard records.contains(where: { $0.kind == .telemetry }) else { return records }
    var counted: [UsageRecord] = []
    var places: [String: Int] = [:]
    var hasOthers = false
    for record in records where record.kind != .telemetry {
      if record.kind == .itemised { hasOthers = true }
      if let request = record.requestID, places[request] == nil { places[request] = counted.count }
      counted.append(record)
    }
    let othersName = !places.isEmpty
    for var record in records where record.kind == .telemetry {
      record.kind = .itemised
      if let request = record.requestID, let place = places[request] {
        counted[place].fill(from: record)
      } else if !hasOthers || record.requestID != nil && othersName {
        counted.append(record)
      }
    }
    return counted
  }

  /// Takes from telemetry of the same call what this report of it lacks. Whose it is and when it was stays.
  private mutating func fill(from telemetry: UsageRecord) {
    counts = counts.merged(with: telemetry.counts)
    turn = turn ?? telemetry.turn
    model = model ?? telemetry.model
    kind = .itemised
    service.isFast = service.isFast || telemetry.service.isFast
    if account == .local { account = telemetry.account }
  }
}
