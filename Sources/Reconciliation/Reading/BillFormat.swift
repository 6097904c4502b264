import Ledger

/// Which report a JSON document is, by what is in it.
enum BillFormat {
  case report(BillReport)
  /// One row of Copilot's report by user, which is a document of its own.
  case copilotRow
  /// Buckets with nothing in them: which report it is, only the other documents of the same import can say.
  case emptyBuckets
  /// Nobody used anything, or it is of a day that is not named.
  case empty
  /// It is known, and not read, for a reason.
  case refused(String)
  case unknown

  init(_ document: [String: ExactJSON]) {
    if document["day_totals"] != nil || document["user_totals"] != nil {
      self = .report(.copilot)
    } else if document["day"] != nil, document["code_generation_activity_count"] != nil {
      self = .copilotRow
    } else if document["usageEvents"] != nil {
      self = .report(.cursor)
    } else if document["download_links"] != nil {
      self = .refused(
        "This names where the report can be downloaded, and is not it. Download what is behind download_links, or run assay reconcile fetch copilot."
      )
    } else if document["copilot_ide_chat"] != nil || document["copilot_ide_code_completions"] != nil {
      self = .refused(
        "This is the Copilot metrics API that was closed in April 2026. It states neither tokens nor calls, so that nothing can be held against the ledger; take the usage metrics reports."
      )
    } else if let data = document["data"]?.array {
      self = Self.ofPage(data)
    } else if let error = document["error"] {
      let type = error.object?["type"]?.string.map { " (\($0.prefix(60)))" } ?? ""
      self = .refused("This is the provider’s refusal\(type), and not a report.")
    } else {
      self = .unknown
    }
  }

  private static func ofPage(_ data: [ExactJSON]) -> BillFormat {
    let entries = data.compactMap(\.object)
    guard let first = entries.first else { return data.isEmpty ? .empty : .unknown }
    if first["actor"] != nil { return .report(.claudeCode) }
    let results = entries.lazy.compactMap { ($0["results"] ?? $0["result"])?.array?.first?.object }.first
    if first["starting_at"] != nil {
      guard let results else { return .emptyBuckets }
      if results["product"] != nil {
        return .refused(
          "This is of Anthropic’s Analytics API, which counts claude.ai and others as well. Take usage_report/messages, cost_report or usage_report/claude_code."
        )
      }
      if results["amount"] != nil { return .report(.anthropicCost) }
      return results["uncached_input_tokens"] == nil ? .unknown : .report(.anthropicUsage)
    }
    if first["start_time"] != nil {
      guard let results else { return .emptyBuckets }
      if results["amount"] != nil { return .report(.openAICosts) }
      switch results["object"]?.string {
      case "organization.usage.completions.result"?: return .report(.openAIUsage)
      case let other? where other.hasPrefix("organization.usage."):
        return .refused(
          "This is of \(other.dropFirst(19).prefix(40)), and not of completions: the ledger has no such calls."
        )
      default: return results["input_tokens"] == nil ? .unknown : .report(.openAIUsage)
      }
    }
    return .unknown
  }
}
