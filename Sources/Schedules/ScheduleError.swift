/// A schedule that cannot be read: what is wrong with which part of it, and what to write instead.
package struct ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The schedule as it was given, cut after 200 characters.
  package var text: String
  /// Where in `text` the trouble begins: characters before it.
  package var offset: Int
  /// What is wrong there and what to write.
  package var reason: String

  package init(text: String, offset: Int = 0, reason: String) {
    self.text = String(text.prefix(200))
    self.offset = offset
    self.reason = reason
  }

  package var description: String {
    "The schedule “\(text)” cannot be read at character \(offset + 1): \(reason)"
  }
}
