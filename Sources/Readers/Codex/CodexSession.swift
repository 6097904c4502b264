import JSONScan
import Ledger

/// What a rollout says of its session: where it runs, on which model, and whose history it continues.
extension CodexReader {
  mutating func readSessionMeta(_ unit: Span<UInt8>, _ at: Int, _ instant: Instant) throws(JSONScanError) {
    let meta = try JSONFields(
      unit, at: at,
      [
        "id", "timestamp", "cwd", "originator", "cli_version", "source", "thread_source", "git",
        "forked_from_id", "session_id",
      ])
    let id = JSONValue.text(unit, meta[0], limit: 200) ?? JSONValue.text(unit, meta[9], limit: 200)
    let forkedFrom = JSONValue.text(unit, meta[8], limit: 200)
    let spawnedBy = try spawningThread(unit, meta[5])
    guard !state.hasMeta else {
      if let id, id != state.thread { takeAncestor(id, from: forkedFrom ?? spawnedBy) }
      return
    }
    state.hasMeta = true
    if let id { state.thread = id }
    let stated = JSONValue.string(unit, meta[1]).flatMap { text in
      unit.withUnsafeBufferPointer {
        ISO8601Bytes.instant(UnsafeBufferPointer(rebasing: $0[text.range]))
      }
    }
    state.began = stated ?? instant
    if let stated { state.started = min(state.started ?? stated, stated) }
    state.directory = JSONValue.text(unit, meta[2])
    state.toolVersion = JSONValue.text(unit, meta[4], limit: 100)
    state.parentThread = forkedFrom ?? spawnedBy
    state.root = forkedFrom ?? state.thread
    state.holdsCopies = forkedFrom != nil
    state.increments.carriesTotals = forkedFrom != nil || spawnedBy != nil
    state.trigger = trigger(unit, source: meta[5], threadSource: meta[6], originator: meta[3])
    try readGit(unit, meta[7])
  }

  /// A fork's file begins with its own description, followed by a copy of its parent's history with that
  /// one's description, and so on up to where the history began.
  private mutating func takeAncestor(_ id: String, from origin: String?) {
    if !state.holdsCopies {
      state.holdsCopies = true
      state.root = id
    }
    if id == state.root, let origin { state.root = origin }
    state.increments.carriesTotals = true
  }

  private func trigger(
    _ unit: Span<UInt8>, source: Range<Int>?, threadSource: Range<Int>?, originator: Range<Int>?
  ) -> TurnTrigger {
    if JSONValue.kind(unit, source) == .object || JSONValue.equals(unit, threadSource, "subagent") {
      return .agent
    }
    if JSONValue.equals(unit, source, "exec") || JSONValue.equals(unit, originator, "codex_exec")
      || JSONValue.equals(unit, source, "mcp")
    {
      return .script
    }
    return .person
  }

  /// `source` is `{"subagent": {"thread_spawn": {"parent_thread_id": …}}}` in a subagent's rollout.
  private func spawningThread(_ unit: Span<UInt8>, _ source: Range<Int>?) throws(JSONScanError) -> String? {
    var range = source
    for name: StaticString in ["subagent", "thread_spawn"] {
      guard JSONValue.kind(unit, range) == .object, let found = range else { return nil }
      range = try JSONFields(unit, at: found.lowerBound, [name])[0]
    }
    guard JSONValue.kind(unit, range) == .object, let range else { return nil }
    return JSONValue.text(
      unit, try JSONFields(unit, at: range.lowerBound, ["parent_thread_id"])[0], limit: 200)
  }

  private mutating func readGit(_ unit: Span<UInt8>, _ git: Range<Int>?) throws(JSONScanError) {
    guard JSONValue.kind(unit, git) == .object, let git else { return }
    let fields = try JSONFields(unit, at: git.lowerBound, ["commit_hash", "branch", "repository_url"])
    state.headCommit = JSONValue.text(unit, fields[0], limit: 64)?.lowercased()
    state.branch = JSONValue.text(unit, fields[1])
    state.remote = JSONValue.text(unit, fields[2]).map(Self.withoutCredentials)
  }

  mutating func readTurnContext(_ unit: Span<UInt8>, _ at: Int, _ instant: Instant) throws(JSONScanError) {
    let fields = try JSONFields(unit, at: at, ["model", "cwd", "turn_id"])
    if let model = JSONValue.text(unit, fields[0], limit: 200) { state.model = model }
    if let directory = JSONValue.text(unit, fields[1]) { state.directory = directory }
    if let task = JSONValue.text(unit, fields[2], limit: 200) { beginTask(task, at: instant) }
  }

  mutating func readWorldState(_ unit: Span<UInt8>, _ at: Int) throws(JSONScanError) {
    guard let inner = try JSONFields(unit, at: at, ["state"])[0], JSONValue.kind(unit, inner) == .object
    else { return }
    let model = try JSONFields(unit, at: inner.lowerBound, ["model"])[0]
    if let model = JSONValue.text(unit, model, limit: 200) { state.model = model }
  }

  mutating func readSettings(_ unit: Span<UInt8>, _ at: Int) throws(JSONScanError) {
    let settings = try JSONFields(unit, at: at, ["thread_settings"])[0]
    guard let settings, JSONValue.kind(unit, settings) == .object else { return }
    let model = try JSONFields(unit, at: settings.lowerBound, ["model"])[0]
    if let model = JSONValue.text(unit, model, limit: 200) { state.model = model }
  }
}

extension CodexReader {
  /// A remote's address may hold a password or token (`https://name:token@host/…`), which is nobody's to keep.
  static func withoutCredentials(_ address: String) -> String {
    guard let scheme = address.firstRange(of: "://") else { return address }
    let rest = address[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" }
    guard let at = host.lastIndex(of: "@") else { return address }
    return String(address[..<scheme.upperBound] + rest[rest.index(after: at)...])
  }
}
