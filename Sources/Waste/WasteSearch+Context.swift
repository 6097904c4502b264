import Ledger

// What is sent along with every call.

extension WasteSearch {
  /// After a pause longer than the cache lives, what was in it is written again.
  func lostCaches(_ course: SessionCourse) -> [Piece] {
    let records = course.mainRecords
    return zip(records, records.dropFirst()).compactMap { before, record -> Piece? in
      guard before.model == record.model, let was = before.counts.context,
        let context = record.counts.context,
        let read = record.counts.cacheRead, was >= policy.leastCached,
        // Shorter than before: it was compacted, and there was nothing to be had.
        context * 10 >= was * 6
      else { return nil }
      let life = (before.counts.cacheWrite1h ?? 0) > 0 ? policy.longCache : policy.shortCache
      let lives = before.counts.written > 0 ? life : policy.longCache
      let gap = record.at - before.at
      let lost = min(was, context) - read
      guard gap > lives, lost * 2 >= min(was, context) else { return nil }
      let isWritten = record.counts.written > 0
      let again = isWritten ? TokenCounts(cacheWrite5m: lost) : TokenCounts(input: lost)
      let part = Part(
        record: record.id, tokens: again,
        cost: difference(cost(of: record, again), cost(of: record, TokenCounts(cacheRead: lost))))
      return Piece(
        at: record.at,
        text:
          "After a pause of \(Self.minutes(gap)) the cache had run out, and \(Self.thousands(lost)) tokens of history were paid for in full again.",
        parts: [part])
    }
  }

  /// What a file that is read again adds to the context: by how much that grew, divided among the calls between.
  func rereadings(_ course: SessionCourse) -> [Piece] {
    let records = course.mainRecords
    guard records.count > 1 else { return [] }
    var reads: [PathHash: (count: Int, last: Instant)] = [:]
    var parts: [PathHash: [Part]] = [:]
    var firsts: [PathHash: Instant] = [:]
    var most: [PathHash: Int] = [:]
    let calls = course.toolCalls.filter { !course.ofAgents.contains($0.turn) }
    var step = 0
    var place = 0
    while place < calls.count {
      while step < records.count, records[step].at <= calls[place].at { step += 1 }
      // All calls between one answer and the next.
      var end = place
      while end < calls.count, step >= records.count || calls[end].at < records[step].at { end += 1 }
      let together = calls[place..<max(end, place + 1)]
      place += together.count
      let growth = step > 0 && step < records.count ? Self.growth(records[step - 1], records[step]) : nil
      for call in together where call.kind == .read && call.exit != .failed {
        guard let target = call.target else { continue }
        if let known = reads[target], !course.isChanged(target, after: known.last, until: call.at) {
          reads[target] = (known.count + 1, call.at)
        } else {
          reads[target] = (1, call.at)
        }
        most[target] = max(most[target] ?? 0, reads[target]?.count ?? 0)
        guard let known = reads[target], known.count > policy.allowedReads, let growth, growth > 0,
          step < records.count
        else { continue }
        let share = growth / Int64(together.count)
        let record = records[step]
        let tokens =
          record.counts.written > 0 ? TokenCounts(cacheWrite5m: share) : TokenCounts(input: share)
        if firsts[target] == nil { firsts[target] = call.at }
        parts[target, default: []].append(
          Part(record: record.id, tokens: tokens, cost: cost(of: record, tokens)))
      }
    }
    return parts.compactMap { target, parts in
      firsts[target].map { first in
        Piece(
          at: first,
          text: "One file was read up to \(most[target] ?? 0) times without having changed between.",
          parts: parts)
      }
    }.sorted { $0.at < $1.at }
  }

  /// By how much the context grew beyond what the model itself had answered.
  private static func growth(_ before: UsageRecord, _ after: UsageRecord) -> Int64? {
    guard let was = before.counts.context, let now = after.counts.context else { return nil }
    return max(0, now - was - (before.counts.output ?? 0))
  }

  func oversized(_ course: SessionCourse) -> [Piece] {
    let large = course.mainRecords.compactMap { record -> (UsageRecord, Int64)? in
      guard let context = record.counts.context, context > policy.largeContext else { return nil }
      return (record, min(context - policy.largeContext, record.counts.cacheRead ?? 0))
    }
    guard large.count >= policy.leastLargeCalls, let first = large.first else { return [] }
    return [
      Piece(
        at: first.0.at,
        text:
          "\(large.count) calls carried more than \(Self.thousands(policy.largeContext)) tokens of history each.",
        parts: large.map { record, excess in
          let tokens = TokenCounts(cacheRead: excess)
          return Part(record: record.id, tokens: tokens, cost: cost(of: record, tokens))
        })
    ]
  }
}
