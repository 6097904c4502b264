import Ledger

/// Whether a tool call looks at what AI tools record of their own use: by the path it reads or the command it runs,
/// which are looked at and forgotten.
///
/// What the tools keep for their own work in the same places (memory, plans, long outputs put aside) is none of it.
enum SelfMetering {
  /// - Parameter path: Of a file or directory that is read or searched, or a pattern of paths.
  static func aim(ofPath path: some StringProtocol) -> ToolCallAim? {
    var path = String(path)
    return path.withUTF8 { holdsRecords($0) } ? .ownRecords : nil
  }

  /// - Parameter command: A command line.
  static func aim(ofCommand command: some StringProtocol) -> ToolCallAim? {
    var command = String(command)
    return command.withUTF8 { text in
      let text = UnsafeBufferPointer(rebasing: text.prefix(longest))
      if holdsRecords(text) { return .ownRecords }
      return asksCounter(text) ? .usageCounter : nil
    }
  }

  /// Bytes of a command that are looked at.
  private static let longest = 4000

  private static func holdsRecords(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    func has(_ wanted: StaticString) -> Bool { PatchText.contains(text, wanted) }
    // Claude Code keeps memory and long outputs beside its transcripts.
    if has("claude/projects"), !has("/memory"), !has("tool-results"), !has("/tasks/") { return true }
    if has(".claude/"), has("stats-cache.json") || has(".claude/history.jsonl") { return true }
    if has(".codex/"), has(".codex/sessions") || has("archived_sessions") || has(".codex/history.jsonl") {
      return true
    }
    if has(".gemini/tmp"), has("chats") || has("logs.json") || has("session-") { return true }
    if has("opencode"), has("opencode/storage") || has("opencode.db") { return true }
    // Copilot keeps its plans beside its events.
    if has(".copilot/"), has(".copilot/logs") || has("session-state") && has("events.jsonl") { return true }
    return false
  }

  private static func asksCounter(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    func has(_ wanted: StaticString) -> Bool { PatchText.contains(text, wanted) }
    if has("ccusage") || has("tokscale") || has("codeburn") || has("claude-monitor") { return true }
    if has("api/oauth/usage") || has("usage_report/") || has("organization/usage/") { return true }
    if has("opencode stats") || has("assay report") { return true }
    guard has("/cost") || has("/usage") || has("/status") || has("/stats") else { return false }
    // Asked of a tool itself: the command is an argument of its own, and the tool's program comes before it.
    let words = String(decoding: text, as: UTF8.self)
      .split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\"" || $0 == "'" || $0 == ";" || $0 == "|" }
    var isTool = false
    for word in words {
      if tools.contains(CommandLine.lastComponent(word)) { isTool = true }
      if isTool, counters.contains(word) { return true }
    }
    return false
  }

  private static let tools: Set<Substring> = [
    "claude", "codex", "gemini", "opencode", "copilot", "cursor-agent",
  ]
  private static let counters: Set<Substring> = ["/cost", "/usage", "/status", "/stats"]
}
