import Ledger

/// Lines to draw a corpus from, of the sizes and kinds that real Claude Code histories have.
struct LinePool {
  private(set) var prompts: [LineTemplate] = []
  private(set) var thoughts: [LineTemplate] = []
  private(set) var answers: [LineTemplate] = []
  /// Each call with results that fit it.
  private(set) var calls: [(use: LineTemplate, results: [LineTemplate])] = []

  private var chance: Chance
  private let text: Passage

  init(seed: UInt64) {
    var chance = Chance(seed: seed, label: "pool")
    text = Passage(&chance)
    self.chance = chance
    for _ in 0..<40 { prompts.append(prompt()) }
    for _ in 0..<60 { thoughts.append(thought()) }
    for _ in 0..<80 { answers.append(answer()) }
    for index in 0..<300 { calls.append(call(index)) }
  }

  // MARK: Lines

  private mutating func prompt() -> LineTemplate {
    LineTemplate(user(.string(text.prose(chance.int(40...900), &chance)), detail: nil))
  }

  private mutating func thought() -> LineTemplate {
    assistant([
      "type": "thinking", "thinking": .string(text.prose(chance.int(300...1500), &chance)),
      "signature": .string(chance.base62(chance.int(400...1200))),
    ])
  }

  private mutating func answer() -> LineTemplate {
    assistant(["type": "text", "text": .string(text.prose(chance.int(150...1300), &chance))])
  }

  /// Sizes of what tools return: most are small, one in three hundred is a few hundred kilobytes.
  private mutating func resultSize(_ index: Int) -> Int {
    switch index % 300 {
    case 0: chance.int(120_000...280_000)
    case 1..<15: chance.int(15_000...50_000)
    case 15..<95: chance.int(2500...15_000)
    default: chance.int(300...2500)
    }
  }

  private mutating func call(_ index: Int) -> (use: LineTemplate, results: [LineTemplate]) {
    let size = resultSize(index)
    let path = "\(Corpus.root)/src/part\(index % 90)/file\(index % 17).py"
    if index % 5 == 2 { return edit(path, size: min(size * 3 / 2, 60_000)) }
    if index % 3 == 0 { return run(size) }
    let use = assistant([
      "type": "tool_use", "id": .string(LineTemplate.Slot.tool.standIn), "name": "Read",
      "input": ["file_path": .string(path)],
    ])
    let lines = text.code(size, &chance)
    let detail: JSONText = [
      "type": "text",
      "file": [
        "filePath": .string(path), "content": .string(lines.joined(separator: "\n")),
        "numLines": .int(Int64(lines.count)), "startLine": 1, "totalLines": .int(Int64(lines.count)),
      ],
    ]
    return (use, [LineTemplate(result(.string(LogContext.numbered(lines)), detail: detail))])
  }

  private mutating func run(_ size: Int) -> (use: LineTemplate, results: [LineTemplate]) {
    let use = assistant([
      "type": "tool_use", "id": .string(LineTemplate.Slot.tool.standIn), "name": "Bash",
      "input": ["command": "python -m pytest -q tests", "description": "Run the tests"],
    ])
    let output = text.code(size, &chance).joined(separator: "\n")
    let detail: JSONText = [
      "stdout": .string(output), "stderr": "", "interrupted": false, "isImage": false,
      "noOutputExpected": false,
    ]
    return (use, [LineTemplate(result(.string(output), detail: detail))])
  }

  private mutating func edit(_ path: String, size: Int) -> (use: LineTemplate, results: [LineTemplate]) {
    let before = text.code(size, &chance)
    let added = text.code(chance.int(200...2400), &chance)
    var after = before
    let at = chance.below(max(1, before.count))
    after.insert(contentsOf: added, at: at)
    let edit = FileEdit(path: path, before: before, after: after)
    let (old, new) = edit.replacement
    let hunk = edit.hunk()
    let use = assistant([
      "type": "tool_use", "id": .string(LineTemplate.Slot.tool.standIn), "name": "Edit",
      "input": [
        "replace_all": false, "file_path": .string(path), "old_string": .string(old),
        "new_string": .string(new),
      ],
    ])
    let patch: JSONText = [
      "oldStart": .int(Int64(hunk.oldStart)), "oldLines": .int(Int64(hunk.oldLines)),
      "newStart": .int(Int64(hunk.newStart)), "newLines": .int(Int64(hunk.newLines)),
      "lines": .strings(hunk.lines),
    ]
    let detail: JSONText = [
      "filePath": .string(path), "oldString": .string(old), "newString": .string(new),
      "originalFile": .string(before.fileText), "structuredPatch": [patch], "userModified": false,
      "replaceAll": false,
    ]
    let content = JSONText.string("The file \(path) has been updated successfully.")
    return (use, [LineTemplate(result(content, detail: detail))])
  }

  // MARK: Envelopes

  private var place: [JSONText.Member] {
    [
      ("userType", "external"), ("entrypoint", "cli"), ("cwd", .string(Corpus.root)),
      ("sessionId", .string(LineTemplate.Slot.session.standIn)), ("version", "2.1.257"),
      ("gitBranch", "main"),
    ]
  }

  private var stamp: [JSONText.Member] {
    [
      ("uuid", .string(LineTemplate.Slot.uuid.standIn)),
      ("timestamp", .string(LineTemplate.Slot.time.standIn)),
    ]
  }

  private var head: [JSONText.Member] {
    [("parentUuid", .string(LineTemplate.Slot.parent.standIn)), ("isSidechain", false)]
  }

  private func user(_ content: JSONText, detail: JSONText?) -> JSONText {
    let message: JSONText = ["role": "user", "content": content]
    let extra: [JSONText.Member] =
      detail.map {
        [("toolUseResult", $0), ("sourceToolAssistantUUID", .string(LineTemplate.Slot.parent.standIn))]
      } ?? [("permissionMode", "default")]
    return .object(
      head + [
        ("promptId", .string(LineTemplate.Slot.session.standIn)), ("type", "user"), ("message", message),
      ]
        + stamp + extra + place)
  }

  private func result(_ content: JSONText, detail: JSONText) -> JSONText {
    let block: JSONText = [
      "tool_use_id": .string(LineTemplate.Slot.tool.standIn), "type": "tool_result", "content": content,
    ]
    return user([block], detail: detail)
  }

  private func assistant(_ block: JSONText) -> LineTemplate {
    let usage: JSONText = [
      "input_tokens": 7, "cache_creation_input_tokens": 7777, "cache_read_input_tokens": 77777,
      "output_tokens": 777, "server_tool_use": ["web_search_requests": 0, "web_fetch_requests": 0],
      "service_tier": "standard",
      "cache_creation": ["ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 7777],
      "inference_geo": "", "iterations": [], "speed": "standard",
    ]
    let message: JSONText = [
      "model": "claude-opus-4-8", "id": .string(LineTemplate.Slot.message.standIn), "type": "message",
      "role": "assistant", "content": [block], "stop_reason": "tool_use", "stop_sequence": nil,
      "usage": usage,
      "stop_details": nil,
    ]
    return LineTemplate(
      .object(
        head + [
          ("message", message), ("requestId", .string(LineTemplate.Slot.request.standIn)),
          ("type", "assistant"),
        ] + stamp + place))
  }
}

/// Text and code to cut pieces from, with the escapes and the non-ASCII letters that real files have.
struct Passage {
  private let lines: [String]
  private let sentences: [String]

  init(_ chance: inout Chance) {
    var lines: [String] = []
    var sentences: [String] = []
    for feature in Feature.all(&chance) {
      for language in Language.allCases { lines += language.code(feature) + language.test(feature) }
      lines.append(
        "# Prüfung für \(feature.noun) – “\(feature.first)” ≥ \(feature.number), 港の\(feature.second)\t\\n")
      sentences.append(Prose.answer(feature, path: "src/\(feature.name).py", sentences: 3, &chance))
      sentences.append(Prose.thought(feature, &chance))
    }
    self.lines = lines
    self.sentences = sentences
  }

  /// About `bytes` bytes of code.
  func code(_ bytes: Int, _ chance: inout Chance) -> [String] {
    var part: [String] = []
    var size = 0
    var index = chance.below(lines.count)
    while size < bytes {
      part.append(lines[index])
      size += lines[index].utf8.count + 1
      index = (index + 1) % lines.count
    }
    return part
  }

  func prose(_ bytes: Int, _ chance: inout Chance) -> String {
    var part = chance.pick(sentences)
    while part.utf8.count < bytes { part += " " + chance.pick(sentences) }
    return part
  }
}
