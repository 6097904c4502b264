import Ledger

/// What many frames come to: one change for each call.
struct FrameFold {
  private var opened: [Key128: CallFact] = [:]
  private var seen: [Key128: CallSighting] = [:]
  private var settled: [Key128: CallFact] = [:]
  /// In which calls were first heard of, so that a batch is the same however often it is made.
  private var order: [Key128] = []

  mutating func add(_ frame: Frame) {
    switch frame {
    case .opened(let call):
      note(call.id)
      if opened[call.id] == nil { opened[call.id] = call }
    case .seen(let sighting):
      note(sighting.id)
      guard let earlier = seen[sighting.id] else {
        seen[sighting.id] = sighting
        return
      }
      seen[sighting.id] = earlier.followed(by: sighting)
    case .settled(let call):
      note(call.id)
      if settled[call.id] == nil { settled[call.id] = call }
    }
  }

  private mutating func note(_ id: Key128) {
    if opened[id] == nil, seen[id] == nil, settled[id] == nil { order.append(id) }
  }

  func fill(_ batch: inout CallBatch) {
    for id in order {
      if let call = settled[id] {
        batch.settled.append(call)
      } else if var call = opened[id] {
        if let sighting = seen[id] { call.note(sighting) }
        batch.opened.append(call)
      } else if let sighting = seen[id] {
        batch.seen.append(sighting)
      }
    }
  }
}

extension CallSighting {
  fileprivate func followed(by later: CallSighting) -> CallSighting {
    CallSighting(
      id: id, firstByte: later.firstByte ?? firstByte, status: later.status ?? status,
      model: later.model ?? model, usage: later.usage.isEmpty ? usage : later.usage,
      requestID: later.requestID ?? requestID, responseID: later.responseID ?? responseID)
  }
}
