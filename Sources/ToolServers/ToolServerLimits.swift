/// What is taken of a tool server at most, whatever it sends: it is somebody else's program.
package struct ToolServerLimits: Hashable, Sendable {
  /// Bytes of one message.
  package var message = 4 << 20
  /// Arrays and objects within each other in one message.
  package var nesting = 64
  /// Values in one message, of whatever kind.
  package var values = 200_000
  /// Answers that one listing of tools may take.
  package var pages = 50
  package var tools = 256
  /// Bytes of one tool's definition in its canonical form.
  package var definition = 64 << 10
  /// Bytes of a tool's description that a model is shown.
  package var description = 4 << 10
  /// Bytes of one result that a model is shown.
  package var result = 64 << 10
  /// Messages in a row that answer nothing that was asked.
  package var unasked = 10_000
  /// Bytes of the same.
  package var unaskedBytes = 16 << 20
  /// Lines on its standard output that are no messages at all.
  package var garbage = 100
  /// Calls at the same time.
  package var calls = 16
  /// For the answer to the first question; servers that have to be started first take long.
  package var greeting: Duration = .seconds(15)
  /// For a page of tools.
  package var listing: Duration = .seconds(30)
  /// For the result of a call.
  package var call: Duration = .seconds(120)

  package init() {}
}
