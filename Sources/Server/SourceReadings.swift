import Ledger

/// Which sources there are, by tool, and what in them could not be read; of nobody in particular.
struct SourceReadings: Sendable {
  struct OneTool: Sendable {
    var tool: Tool
    var sources: Int
    /// By the kind's name.
    var unread: [(kind: Diagnostic.Kind, count: Int)]
  }

  /// By name.
  let tools: [OneTool]

  init(_ ledger: any LedgerStore) throws {
    var problems: [Tool: [Diagnostic.Kind: Int]] = [:]
    for one in try ledger.diagnostics() {
      problems[one.tool, default: [:]][one.diagnostic.kind, default: 0] += one.diagnostic.count
    }
    let known = Dictionary(grouping: try ledger.knownSources(), by: \.tool)
    tools = Tool.allCases.filter { known[$0] != nil || problems[$0] != nil }
      .sorted { $0.rawValue < $1.rawValue }
      .map { tool in
        OneTool(
          tool: tool, sources: known[tool]?.count ?? 0,
          unread: (problems[tool] ?? [:]).map { (kind: $0.key, count: $0.value) }
            .sorted { $0.kind.rawValue < $1.kind.rawValue })
      }
  }
}
