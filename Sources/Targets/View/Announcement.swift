package import Ledger

/// Something that was announced and may have changed what people do: a target, another rule, a licence, a training.
package struct Announcement: Sendable, Hashable {
  package var at: Instant
  package var what: String

  package init(_ what: String, at: Instant) {
    self.at = at
    self.what = what
  }
}

/// What changed with one announcement of the calendar, held against dates at which nothing was announced.
package struct AnnouncedChange: Sendable, Hashable {
  package var announcement: Announcement
  /// Of those figures that are known in enough weeks around it, with nothing else announced in them.
  package var changes: [TargetChange]
}
