import Foundation
import Ledger
import Reconciliation

/// Exports after the documented shapes, written for these tests.
enum BillFixtures {
  static let taken = Instant(milliseconds: 1_764_547_200_000)  // 2025-12-01

  static func file(_ text: String, name: String = "export", report: BillReport? = nil) -> BillImport.File {
    BillImport.File(name: name, bytes: Array(text.utf8), takenAt: taken, report: report)
  }

  static func read(_ texts: String..., account: String = "", report: BillReport? = nil) -> BillImport {
    BillImport(texts.map { file($0, report: report) }, account: account)
  }

  static func day(_ text: String) -> CalendarDay { CalendarDay(text) ?? CalendarDay(containing: taken) }

  /// `/v1/organizations/usage_report/messages`, a bucket a pair of times.
  static func anthropicUsage(
    _ buckets: [(String, String, String)], more: Bool = false
  ) -> String {
    let data = buckets.map { start, end, results in
      "{\"starting_at\": \"\(start)\", \"ending_at\": \"\(end)\", \"results\": [\(results)]}"
    }
    return
      "{\"data\": [\(data.joined(separator: ", "))], \"has_more\": \(more), \"next_page\": \(more ? "\"page_x\"" : "null")}"
  }

  static func anthropicResult(
    _ model: String, input: Int64 = 1500, read: Int64 = 200, short: Int64 = 500, long: Int64 = 1000,
    output: Int64 = 500, workspace: String = "null"
  ) -> String {
    """
    {"uncached_input_tokens": \(input), "cache_read_input_tokens": \(read), "output_tokens": \(output),
     "cache_creation": {"ephemeral_1h_input_tokens": \(long), "ephemeral_5m_input_tokens": \(short)},
     "server_tool_use": {"web_search_requests": 0}, "api_key_id": null, "workspace_id": \(workspace),
     "model": "\(model)", "service_tier": "standard", "context_window": "0-200k"}
    """
  }

  static let anthropicCost = """
    {"data": [{"starting_at": "2025-11-03T00:00:00Z", "ending_at": "2025-11-04T00:00:00Z", "results": [
      {"currency": "USD", "amount": "123.78912", "workspace_id": null, "description": "Claude Opus 4.8 Usage - Input Tokens",
       "cost_type": "tokens", "context_window": "0-200k", "model": "claude-opus-4-8", "service_tier": "standard",
       "token_type": "uncached_input_tokens", "inference_geo": "global"},
      {"currency": "USD", "amount": "1000", "workspace_id": null, "description": "Web Search Usage",
       "cost_type": "web_search", "context_window": null, "model": null, "service_tier": null, "token_type": null}
    ]}], "has_more": false, "next_page": null}
    """

  static func claudeCode(
    _ day: String, _ people: [(String, Int64)], model: String = "claude-opus-4-8", more: Bool = false
  ) -> String {
    let data = people.map { mail, output in
      """
      {"date": "\(day)T00:00:00Z", "actor": {"type": "user_actor", "email_address": "\(mail)"},
       "organization_id": "o", "customer_type": "subscription", "subscription_type": "team", "terminal_type": "vscode",
       "core_metrics": {"num_sessions": 1}, "tool_actions": {},
       "model_breakdown": [{"model": "\(model)", "tokens": {"input": 100, "output": \(output), "cache_read": 10,
         "cache_creation": 5}, "estimated_cost": {"currency": "USD", "amount": 1025}}]}
      """
    }
    return "{\"data\": [\(data.joined(separator: ","))], \"has_more\": \(more), \"next_page\": null}"
  }

  /// 2025-11-03 and the day after.
  static let openAIUsage = """
    {"object": "page", "data": [
      {"object": "bucket", "start_time": 1762128000, "end_time": 1762214400, "results": [
        {"object": "organization.usage.completions.result", "input_tokens": 1000, "input_cached_tokens": 800,
         "output_tokens": 500, "num_model_requests": 5, "project_id": "proj_a", "user_id": null, "api_key_id": null,
         "model": "gpt-5.5", "batch": false, "service_tier": null},
        {"object": "organization.usage.completions.result", "input_tokens": 300, "input_cached_tokens": 100,
         "input_cache_write_tokens": 50, "input_uncached_tokens": 150, "output_tokens": 7, "num_model_requests": 1,
         "project_id": null, "model": "gpt-5.5", "batch": true}]},
      {"object": "bucket", "start_time": 1762214400, "end_time": 1762300800, "results": []}
    ], "has_more": false, "next_page": null}
    """

  static let openAICosts = """
    {"object": "page", "data": [
      {"object": "bucket", "start_time": 1762128000, "end_time": 1762214400, "results": [
        {"object": "organization.costs.result", "amount": {"value": 0.061234567891, "currency": "usd"},
         "line_item": "gpt-5.5, input", "project_id": null},
        {"object": "organization.costs.result", "amount": {"value": 2.5e-3, "currency": "usd"},
         "line_item": "file search", "project_id": null}]}
    ], "has_more": false, "next_page": null}
    """

  static let copilotDays = """
    {"report_start_day": "2025-11-03", "report_end_day": "2025-11-05", "organization_id": "1", "day_totals": [
      {"day": "2025-11-03", "organization_id": "1", "daily_active_cli_users": 2, "code_generation_activity_count": 1,
       "totals_by_cli": {"session_count": 18, "request_count": 218, "prompt_count": 24,
         "token_usage": {"output_tokens_sum": 748058, "prompt_tokens_sum": 23845646, "avg_tokens_per_request": 112815.16}}},
      {"day": "2025-11-04", "organization_id": "1", "daily_active_cli_users": 0, "code_generation_activity_count": 0}
    ]}
    """

  static let copilotUsers = """
    {"day": "2025-11-03", "user_id": 1, "user_login": "octocat", "organization_id": "1", "code_generation_activity_count": 1, "used_cli": true, "totals_by_cli": {"request_count": 187, "token_usage": {"output_tokens_sum": 121157, "prompt_tokens_sum": 23229028}}}
    {"day": "2025-11-03", "user_id": 2, "user_login": "hubot", "organization_id": "1", "code_generation_activity_count": 1, "used_cli": true, "totals_by_cli": {"request_count": 31, "token_usage": {"output_tokens_sum": 626901, "prompt_tokens_sum": 616618}}}
    {"day": "2025-11-03", "user_id": 3, "user_login": "monalisa", "organization_id": "1", "code_generation_activity_count": 9, "used_cli": false}
    """

  static let cursorCSV = """
    Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost
    "2025-11-05T18:36:05.846Z","Included","auto","No","28342","775","105891","21282","156290","Included"
    "2025-11-03T13:35:04.658Z","On-Demand","gpt-5-codex","No","0","8263","66964","1612","76839","$0.03"
    "2025-11-03T13:36:04.658Z","Errored, No Charge","gpt-5-codex","No","0","1","2","3","6","-"
    """

  static let cursorEvents = """
    {"totalUsageEventsCount": 2, "pagination": {"numPages": 1, "currentPage": 1, "pageSize": 100, "hasNextPage": false},
     "usageEvents": [
      {"timestamp": "1762176904658", "model": "gpt-5-codex", "kind": "Usage-based", "isChargeable": true,
       "tokenUsage": {"inputTokens": 8263, "outputTokens": 1612, "cacheWriteTokens": 0, "cacheReadTokens": 66964, "totalCents": 3},
       "chargedCents": 3.5, "userEmail": "developer@example.invalid"},
      {"timestamp": "1762176905000", "model": "auto", "kind": "Errored, Not Charged", "userEmail": "developer@example.invalid"}],
     "period": {"startDate": 1762128000000, "endDate": 1762300799999}}
    """
}
