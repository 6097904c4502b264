import Effects

/// Reads what a server sent, so strictly that nobody reads another value in the same bytes.
enum JSONReader {
  struct Failure: Error, Hashable, Sendable {
    /// After “it is”: `nested too deeply`.
    var reason: String
  }

  static func value(_ bytes: [UInt8], limits: ToolServerLimits) throws(Failure) -> JSON {
    let bounds = JSON.ReadingBounds(bytes: limits.message, nesting: limits.nesting, values: limits.values)
    do throws(JSONError) { return try JSON(strictly: bytes, within: bounds) } catch {
      throw Failure(reason: error.reason)
    }
  }
}
