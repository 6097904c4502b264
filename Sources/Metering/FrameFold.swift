import Ledger

/// What many frames come to: one change for each call.
struct FrameFold {
  private struct Course {
    var opened: CallFact?
    var seen: CallSighting?
    var settled: CallFact?
  }

  /// In which calls were first heard of, so that a batch is the same however often it is made.
  private var courses: [Course] = []
  private var places: [Key128: Int] = [:]

  mutating func add(_ frame: Frame) {
    switch frame {
    case .opened(let call):
      let place = place(of: call.id)
      // What is settled needs nothing from before.
      if courses[place].settled == nil, courses[place].opened == nil { courses[place].opened = call }
    case .seen(let sighting):
      let place = place(of: sighting.id)
      courses[place].seen = courses[place].seen?.followed(by: sighting) ?? sighting
    case .settled(let call):
      let place = place(of: call.id)
      if courses[place].settled == nil { courses[place].settled = call }
    }
  }

  private mutating func place(of id: Key128) -> Int {
    if let place = places[id] { return place }
    places[id] = courses.count
    courses.append(Course())
    return courses.count - 1
  }

  func fill(_ batch: inout CallBatch) {
    for course in courses {
      if let call = course.settled {
        batch.settled.append(call)
      } else if var call = course.opened {
        if let sighting = course.seen { call.note(sighting) }
        batch.opened.append(call)
      } else if let sighting = course.seen {
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
