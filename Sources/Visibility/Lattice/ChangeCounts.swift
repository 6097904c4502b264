/// Changes on main lines that AI sessions are linked to, of one person's use or of many people's.
package struct ChangeCounts: Sendable, Hashable, Codable {
  package var landed: Int64
  /// Of ``landed``: those that stood for the hold window.
  package var held: Int64
  /// Of ``landed``: those that went live with a deployment that an incident is put down to.
  package var failed: Int64

  package init(landed: Int64 = 0, held: Int64 = 0, failed: Int64 = 0) {
    self.landed = landed
    self.held = held
    self.failed = failed
  }

  package static func + (a: ChangeCounts, b: ChangeCounts) -> ChangeCounts {
    ChangeCounts(
      landed: a.landed &+ b.landed, held: a.held &+ b.held, failed: a.failed &+ b.failed)
  }

  subscript(_ fate: ChangeFate) -> Int64 {
    switch fate {
    case .landed: landed
    case .held: held
    case .undone: landed &- held
    case .failed: failed
    case .sound: landed &- failed
    }
  }
}

/// Which of the changes are counted. What can be worked out from two of them is one of its own, for it has to be safe
/// as well.
enum ChangeFate: CaseIterable, Hashable, Sendable {
  case landed, held
  /// Landed and not held.
  case undone
  case failed
  /// Landed and not failed.
  case sound
}
