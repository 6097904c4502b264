import Ledger

/// Claude Code's JSONL: one line per content block, as the CLI of four generations writes it.
///
/// Field orders were taken from recorded runs of 2.1.1, 2.1.59, 2.1.142, 2.1.257 and 2.1.329.
struct ClaudeCodeLog {
  /// What changed between versions.
  enum Shape: Int, Comparable {
    /// 2.1.1: subagents beside the session.
    case legacy
    /// 2.1.59: subagents in a folder; the output of all but the last block is a placeholder.
    case early
    /// 2.1.142 to 2.1.257: environment at the end of each line, `promptId`, a meta file beside each subagent.
    case middle
    /// 2.1.329: request lines, `cost-state`, forks that say so.
    case late

    init(version: String) {
      let parts = version.split(separator: ".").compactMap { Int($0) }
      let patch = parts.count > 2 ? parts[2] : 0
      self = patch < 40 ? .legacy : patch < 100 ? .early : patch < 300 ? .middle : .late
    }

    static func < (a: Shape, b: Shape) -> Bool { a.rawValue < b.rawValue }
  }

  var context: LogContext
  let shape: Shape
  var main: LogFile
  var subagents: [LogFile] = []
  /// The last line's `uuid`.
  var parent: String?
  var promptID = ""
  var promptCount = 0
  var slug: String
  var toolsUsed: Set<String> = []
  /// Where the agent whose lines are written now has its file; `nil` for the main session.
  var agent: String?
  /// Of all processes so far, the parent's included.
  var billed: [Billed] = []

  /// Something the client adds up for `cost-state`.
  struct Billed {
    var model: String
    var counts: TokenCounts
  }

  var sitting: Sitting { context.sitting }
  var folder: String {
    ".claude/projects/" + String(sitting.directory.map { $0.isLetter || $0.isNumber ? $0 : "-" })
  }

  init(_ context: LogContext) {
    self.context = context
    shape = Shape(version: context.sitting.job.version)
    slug =
      ["quiet-sailing-heron", "brisk-mooring-lantern", "amber-drifting-gull"][
        self.context.chance.below(3)]
    main = LogFile(path: "")
    main.path = "\(folder)/\(context.sitting.name).jsonl"
  }

  /// Writes the whole session.
  /// - Parameter parent: The log that this session was forked from.
  mutating func write(forkedFrom parent: ClaudeCodeLog? = nil) -> [LogFile] {
    if let parent { copy(parent) }
    for (index, turn) in sitting.turns.enumerated() {
      write(turn)
      // A script starts the tool anew for every prompt; the process ends with the sum of all of them.
      if sitting.isScripted || index == sitting.turns.count - 1 { endProcess() }
    }
    if sitting.job.incidents.contains(.brokenLastLine) { breakOff() }
    return [main] + subagents
  }

  // MARK: Turns

  private mutating func write(_ turn: Sitting.Turn) {
    promptID = context.chance.uuid()
    if sitting.isScripted {
      let stamp = JSONText.string((turn.started - .milliseconds(60)).iso8601)
      main.append(line: [
        "type": "queue-operation", "operation": "enqueue", "timestamp": stamp,
        "sessionId": .string(sitting.name),
        "content": .string(turn.prompt),
      ])
      main.append(line: [
        "type": "queue-operation", "operation": "dequeue", "timestamp": stamp,
        "sessionId": .string(sitting.name),
      ])
    }
    var extra: [JSONText.Member] = [("permissionMode", sitting.isScripted ? "bypassPermissions" : "default")]
    if shape == .late {
      let source: JSONText = sitting.isScripted ? "sdk" : "typed"
      extra += [
        ("promptSource", source), ("turnOrigin", sitting.isScripted ? "sdk" : "human"),
        ("turnPosition", ["promptIndex": 0, "turnIndex": .int(Int64(promptCount + 1))]),
      ]
    } else if shape <= .early, !sitting.isScripted {
      extra.insert(("todos", []), at: 0)
      extra.insert(("thinkingMetadata", ["level": "high", "disabled": false, "triggers": []]), at: 0)
    }
    promptCount += 1
    user(content: .string(turn.prompt), at: turn.started, extra: extra)
    for step in turn.steps { write(step, prompt: turn.prompt) }
    if turn.isInterrupted, let last = turn.steps.last {
      user(
        content: [["type": "text", "text": "[Request interrupted by user]"]],
        at: last.answered + .milliseconds(700), extra: [])
    }
  }

  mutating func write(_ step: Sitting.Step, prompt: String) {
    switch step.incident {
    case .overload: overloaded(at: step.started - .milliseconds(1500))
    case .cutStream: dropped(at: step.started - .milliseconds(1500))
    case .compaction: compacted(at: step.started - .milliseconds(500))
    case .refusedRequest: refused(at: step.started - .milliseconds(400))
    case nil: break
    }
    billed.append(Billed(model: sitting.model, counts: step.counts))
    let call = Call(step, chance: &context.chance)
    let request = context.chance.uuid()
    if shape == .late { requestLines(request, at: step.started, prompt: prompt) }
    var blocks: [JSONText] = []
    if let thinking = step.thinking {
      blocks.append([
        "type": "thinking", "thinking": .string(thinking),
        "signature": .string("Eq\(context.chance.base62(180))=="),
      ])
    }
    if let text = step.text { blocks.append(["type": "text", "text": .string(text)]) }
    var uses: [(id: String, action: Sitting.Action)] = []
    for action in step.actions {
      let id = "toolu_01\(context.chance.base62(22))"
      uses.append((id, action))
      let (name, input) = Self.call(action.kind, in: context, shape: shape)
      toolsUsed.insert(name)
      blocks.append(["type": "tool_use", "id": .string(id), "name": .string(name), "input": input])
    }
    var sources: [String] = []
    for (index, block) in blocks.enumerated() {
      let isLast = index == blocks.count - 1
      let at = step.answered - .milliseconds(Int64(blocks.count - 1 - index) * 180)
      assistant(
        block, index: index, of: call, request: request, at: at,
        stop: uses.isEmpty ? "end_turn" : "tool_use", isLast: isLast)
      if index >= blocks.count - uses.count { sources.append(self.parent ?? "") }
    }
    for (use, source) in zip(uses, sources) { result(of: use.action, id: use.id, source: source) }
  }

  /// A call's identifiers and counts as its lines repeat them.
  struct Call {
    var message: String
    var request: String
    var counts: TokenCounts
    var stop: String

    init(_ step: Sitting.Step, chance: inout Chance) {
      message = "msg_01\(chance.base62(22))"
      request = "req_011C\(chance.base62(20))"
      counts = step.counts
      stop = step.actions.isEmpty ? "end_turn" : "tool_use"
    }
  }

  // MARK: Forks, ends

  /// The fork's file begins with every message of its parent, of which only newer versions say whose they were.
  private mutating func copy(_ other: ClaudeCodeLog) {
    if shape == .late {
      let session = JSONText.string(sitting.name)
      main.append(line: ["type": "mode", "mode": "normal", "sessionId": session])
      main.append(line: ["type": "atis-latch", "atis": "", "sessionId": session])
      main.append(line: [
        "type": "tools-used", "tools": .strings(other.toolsUsed.sorted()), "sessionId": session,
      ])
    }
    let mine = Array(other.sitting.name.utf8)
    let name = Array(sitting.name.utf8)
    for line in other.main.bytes.split(separator: 0x0A) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.contains("\"type\":\"user\"") || text.contains("\"type\":\"assistant\"") else { continue }
      if shape < .late {
        main.bytes += line + [0x0A]
        continue
      }
      var copied = Self.replacing(mine, with: name, in: line)
      if text.contains("\"type\":\"assistant\""), copied.last == UInt8(ascii: "}") {
        copied.removeLast()
        copied += Array(",\"requestSessionId\":\"\(other.sitting.name)\"}".utf8)
      }
      main.bytes += copied + [0x0A]
    }
    parent = other.parent
    billed = other.billed + other.sitting.unitemised.map { Billed(model: other.sitting.model, counts: $0) }
    promptCount = other.promptCount
  }

  private static func replacing(_ old: [UInt8], with new: [UInt8], in line: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var rest = line
    while let first = old.first, let start = rest.firstIndex(of: first) {
      text += rest[..<start]
      if rest[start...].starts(with: old) {
        text += new
        rest = rest[(start + old.count)...]
      } else {
        text.append(first)
        rest = rest[(start + 1)...]
      }
    }
    return text + rest
  }

  private mutating func endProcess() {
    if shape >= .middle, let turn = sitting.turns.last, let parent {
      main.append(line: [
        "type": "last-prompt", "lastPrompt": .string(turn.prompt), "leafUuid": .string(parent),
        "sessionId": .string(sitting.name),
      ])
    }
    if shape == .late { main.append(line: costState()) }
  }

  /// Ends the file in the middle of a repeated line, as a crash or a full disk does.
  private mutating func breakOff() {
    guard
      let last = main.bytes.split(separator: 0x0A).last(where: {
        String(decoding: $0, as: UTF8.self).contains("\"type\":\"assistant\"")
      })
    else { return }
    main.bytes += last.prefix(last.count * 2 / 3)
  }
}
