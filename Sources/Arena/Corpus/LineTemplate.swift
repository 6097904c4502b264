import Ledger

/// A rendered line with holes for what differs from line to line, so that a corpus is written at the speed of
/// copying.
struct LineTemplate {
  /// What goes into a hole; each has the width of its stand-in.
  enum Slot: CaseIterable {
    case uuid, parent, session, time, message, request, tool
    case input, creation, created, read, output

    /// What stands in the rendered line until it is patched: unlikely text of the right width, or for numbers
    /// the key before the number and its digits.
    var standIn: String {
      switch self {
      case .uuid: "@uuid@@@-@@@@-4@@@-8@@@-@@@@@@@@@@@@"
      case .parent: "@parent@-@@@@-4@@@-8@@@-@@@@@@@@@@@@"
      case .session: "@session-@@@@-4@@@-8@@@-@@@@@@@@@@@@"
      case .time: "@@@@-@@-@@T@@:@@:@@.@@@Z"
      case .message: "msg_01@message@@@@@@@@@@@@@@"
      case .request: "req_011C@request@@@@@@@@@@@@"
      case .tool: "toolu_01@tool@@@@@@@@@@@@@@@@@"
      case .input: "\"input_tokens\":7"
      case .creation: "\"cache_creation_input_tokens\":7777"
      case .created: "\"ephemeral_5m_input_tokens\":7777"
      case .read: "\"cache_read_input_tokens\":77777"
      case .output: "\"output_tokens\":777"
      }
    }

    /// How much of the stand-in, from its end, is replaced.
    var width: Int {
      switch self {
      case .uuid, .parent, .session, .time, .message, .request, .tool: standIn.utf8.count
      case .input: 1
      case .creation, .created: 4
      case .read: 5
      case .output: 3
      }
    }
  }

  let bytes: [UInt8]
  let holes: [(slot: Slot, offset: Int)]

  init(_ line: JSONText) {
    var bytes: [UInt8] = []
    line.append(to: &bytes)
    bytes.append(0x0A)
    self.bytes = bytes
    var holes: [(Slot, Int)] = []
    for slot in Slot.allCases {
      let text = Array(slot.standIn.utf8)
      for offset in Self.offsets(of: text, in: bytes) {
        holes.append((slot, offset + text.count - slot.width))
      }
    }
    self.holes = holes
  }

  private static func offsets(of text: [UInt8], in bytes: [UInt8]) -> [Int] {
    guard let first = text.first, bytes.count >= text.count else { return [] }
    var found: [Int] = []
    var start = 0
    while let index = bytes[start...].firstIndex(of: first), index + text.count <= bytes.count {
      if bytes[index...].starts(with: text) { found.append(index) }
      start = index + 1
    }
    return found
  }

  /// Appends the line with its holes filled.
  func append(to buffer: inout [UInt8], filling values: Values) {
    let start = buffer.count
    buffer.append(contentsOf: bytes)
    for hole in holes {
      let text = values[hole.slot]
      let offset = start + hole.offset
      buffer.replaceSubrange(offset..<offset + text.count, with: text)
    }
  }

  /// What to put into the holes, each of its slot's width.
  struct Values {
    private var texts: [[UInt8]] = Slot.allCases.map { Array($0.standIn.utf8.suffix($0.width)) }

    subscript(slot: Slot) -> [UInt8] {
      get { texts[Self.index(slot)] }
      set { texts[Self.index(slot)] = newValue }
    }

    mutating func set(_ slot: Slot, _ text: String) { self[slot] = Array(text.utf8) }

    private static func index(_ slot: Slot) -> Int {
      switch slot {
      case .uuid: 0
      case .parent: 1
      case .session: 2
      case .time: 3
      case .message: 4
      case .request: 5
      case .tool: 6
      case .input: 7
      case .creation: 8
      case .created: 9
      case .read: 10
      case .output: 11
      }
    }
  }
}
