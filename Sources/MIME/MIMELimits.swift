/// How much of a message is looked at. What is past a limit is not read as structure; a ``MIMEDefect`` says so.
package struct MIMELimits: Sendable, Hashable {
  /// Of the whole message; the rest is dropped.
  package var messageBytes = 50 << 20
  /// Of one header, its line ends counted; what follows is skipped up to the empty line.
  package var headerBytes = 1 << 20
  /// Of all headers together.
  package var fields = 10_000
  /// Multiparts and messages inside each other.
  package var depth = 32
  /// Of the whole message, multiparts counted.
  package var parts = 1_000
  /// Of one field.
  package var addresses = 2_000
  /// Kept; what is found later is not listed.
  package var defects = 200

  package init() {}
}
