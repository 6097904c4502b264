import JSONScan

/// Makes a streamed Chat Completions request ask for its usage, whatever the client wrote: without
/// `stream_options.include_usage` the upstream says nothing of what it used.
package enum UsageForcing {
  /// The body with `include_usage` true, all else byte for byte; `nil` if it already says so.
  ///
  /// - Throws: If the body is not JSON.
  package static func forcingUsage(_ body: Span<UInt8>) throws(RequestProblem) -> [UInt8]? {
    try body.withUnsafeBufferPointer { text throws(RequestProblem) in
      let edits = try edits(for: text)
      guard !edits.isEmpty else { return nil }
      var result: [UInt8] = []
      result.reserveCapacity(text.count + 48 * edits.count)
      var from = 0
      for edit in edits {
        result.append(contentsOf: text[from..<edit.range.lowerBound])
        result.append(contentsOf: edit.text.utf8)
        from = edit.range.upperBound
      }
      result.append(contentsOf: text[from...])
      return result
    }
  }

  // MARK: Inside

  private struct Edit {
    var range: Range<Int>
    var text: String
  }

  /// Every occurrence of a key is edited, since servers differ in which of two counts.
  private static func edits(for text: UnsafeBufferPointer<UInt8>) throws(RequestProblem) -> [Edit] {
    var edits: [Edit] = []
    var hasOptions = false
    /// Whether the last edit is to add the member to an object, in which it may yet be found.
    var isAddition = false
    var scanner = RequestScanner(text)
    try scanner.scan { (key, _) throws(RequestProblem) in
      if key == .streamOptions { hasOptions = true }
      isAddition = false
    } onValue: { (place, value, start) throws(RequestProblem) in
      if place.depth == 1, place.key == .streamOptions {
        if case .object = value {
          edits.append(addition(to: text, at: start, member: #""include_usage":true"#))
          isAddition = true
        } else {
          let end = try end(of: value, text: text, start)
          edits.append(Edit(range: start..<end, text: #"{"include_usage":true}"#))
        }
      } else if place.depth == 2, place.parent == .streamOptions, place.key == .includeUsage {
        if isAddition { edits.removeLast() }
        isAddition = false
        if case .boolean(true) = value { return }
        edits.append(Edit(range: start..<(try end(of: value, text: text, start)), text: "true"))
      }
    }
    guard !hasOptions, let brace = text.firstIndex(of: 0x7B) else { return edits }
    return [addition(to: text, at: brace, member: #""stream_options":{"include_usage":true}"#)]
  }

  /// Puts a member first into the object whose brace is at `brace`.
  private static func addition(to text: UnsafeBufferPointer<UInt8>, at brace: Int, member: String) -> Edit {
    let next = text[(brace + 1)...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    return Edit(range: brace + 1..<brace + 1, text: next == 0x7D ? member : member + ",")
  }

  private static func end(
    of value: RequestScanner.Value, text: UnsafeBufferPointer<UInt8>, _ start: Int
  ) throws(RequestProblem) -> Int {
    switch value {
    case .string(let range): return range.upperBound + 1
    case .number(let range): return range.upperBound
    case .boolean(let isTrue): return start + (isTrue ? 4 : 5)
    case .null: return start + 4
    case .object, .array:
      var cursor = JSONCursor(Span(_unsafeElements: text), at: start)
      do { return try cursor.skipValue().upperBound } catch { throw .notJSON(offset: error.offset) }
    }
  }
}
