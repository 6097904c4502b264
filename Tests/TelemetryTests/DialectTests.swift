import Ledger
import Telemetry
import Testing

/// What no recording shows: Gemini CLI, which cannot be run here, and the odd corners of the others.
@Suite struct DialectTests {
  private func gemini(_ counts: [(String, String)], session: String = "g") -> TelemetryReading {
    Event.log(
      [
        ("event.name", "gemini_cli.api_response"), ("session.id", session), ("model", "gemini-3-pro"),
        ("prompt_id", "g########0"), ("duration_ms", "1200"),
      ] + counts, service: "gemini-cli")
  }

  @Test("Gemini CLI: cached tokens are within input, thoughts beside output, tools' where the total says")
  func geminiCounts() {
    let inside = gemini([
      ("input_token_count", "1000"), ("cached_content_token_count", "600"), ("output_token_count", "50"),
      ("thoughts_token_count", "20"), ("tool_token_count", "0"), ("total_token_count", "1070"),
    ])
    let record = inside.facts.usage.first
    #expect(record?.counts == TokenCounts(input: 400, cacheRead: 600, output: 70, reasoning: 20))
    #expect(
      record?.session == .ofGeminiCLI("g") && record?.tool == .geminiCLI && record?.model == "gemini-3-pro")
    let beside = gemini([
      ("input_token_count", "1000"), ("output_token_count", "50"), ("tool_token_count", "30"),
      ("total_token_count", "1080"),
    ])
    #expect(beside.facts.usage.map(\.counts) == [TokenCounts(input: 1030, output: 50)])
    let unknown = gemini([
      ("input_token_count", "0"), ("output_token_count", "0"), ("total_token_count", "0"),
    ])
    #expect(unknown.facts.usage.map(\.counts) == [TokenCounts()] && unknown.doubts == [.usageMissing: 1])
  }

  @Test("Gemini CLI: the same call under the GenAI name is no further call") func geminiTwice() {
    let again = Event.log(
      [
        ("event.name", "gen_ai.client.inference.operation.details"), ("session.id", "g"),
        ("gen_ai.request.model", "gemini-3-pro"), ("gen_ai.usage.input_tokens", "1000"),
        ("gen_ai.usage.output_tokens", "5"),
      ], service: "gemini-cli")
    #expect(again.facts.isEmpty && again.passedOver == 1)
  }

  @Test("Gemini CLI: prompts and tool calls") func geminiTurns() {
    let prompt = Event.log([
      ("event.name", "gemini_cli.user_prompt"), ("session.id", "g"), ("prompt_id", "g########0"),
      ("prompt_length", "17"), ("prompt", "the secret words!"), ("interactive", "true"),
    ])
    let turn = prompt.facts.turns.first
    #expect(turn?.promptBytes == 17 && turn?.trigger == .person)
    #expect(!"\(prompt)".contains("secret"))
    let tool = Event.log([
      ("event.name", "gemini_cli.tool_call"), ("session.id", "g"), ("prompt_id", "g########0"),
      ("function_name", "run_shell_command"), ("function_args", "secret"), ("success", "false"),
    ])
    let call = tool.facts.toolCalls.first
    #expect(call?.turn == turn?.id && call?.kind == .command && call?.exit == .failed)
    #expect(gemini([("input_token_count", "5")]).facts.usage.first?.turn == turn?.id)
  }

  @Test("Claude Code before 2.1.119: counts are texts, nothing names the request") func oldClaude() {
    func request(_ time: UInt64) -> TelemetryReading {
      Event.log(
        [
          ("event.name", "claude_code.api_request"), ("session.id", "s"), ("model", "claude-sonnet-4-5"),
          ("input_tokens", "18"), ("output_tokens", "132"), ("cache_read_tokens", "0"),
          ("cache_creation_tokens", "385"), ("duration_ms", "147"),
        ], time: time)
    }
    let first = request(1_795_265_697_917_000_000).facts.usage
    #expect(first.map(\.counts) == [TokenCounts(input: 18, cacheRead: 0, cacheWrite5m: 385, output: 132)])
    #expect(first.first?.requestID == nil)
    #expect(request(1_795_265_697_917_000_000).facts.usage == first, "sent again it is the same")
    #expect(request(1_795_265_697_918_000_000).facts.usage.first?.id != first.first?.id)
  }

  @Test("a refused tool call, and fast mode") func claudeOdds() {
    let refused = Event.log([
      ("event.name", "claude_code.tool_decision"), ("session.id", "s"), ("prompt.id", "p"),
      ("tool_name", "Bash"),
      ("tool_use_id", "toolu_1"), ("decision", "reject"),
    ])
    #expect(refused.facts.toolCalls.map(\.exit) == [.rejected])
    let fast = Event.log([
      ("event.name", "claude_code.api_request"), ("session.id", "s"), ("model", "m"), ("input_tokens", "1"),
      ("speed", "fast"), ("request_id", "req_1"),
    ])
    #expect(fast.facts.usage.first?.service.isFast == true)
    #expect(fast.facts.usage.first?.id == .anthropicRequest("req_1"))
  }

  @Test("a record without a session goes to one for the account and day, a weak claim")
  func unnamed() {
    let reading = Event.log(
      [
        ("gen_ai.usage.input_tokens", "10"), ("gen_ai.request.model", "m"),
        ("event.name", "gen_ai.client.inference.operation.details"),
      ],
      service: "shop", account: AccountID(rawValue: 7))
    #expect(reading.facts.sessions.map(\.name) == ["account 7/shop/2026-11-21"])
    #expect(reading.facts.usage.map(\.ownerRank) == [.placeholder])
    #expect(reading.facts.usage.map(\.account) == [AccountID(rawValue: 7)])
  }

  @Test("tokens beside input rather than within it are recognised where they must be") func disjointInput() {
    let reading = Event.log([
      ("event.name", "gen_ai.client.inference.operation.details"), ("gen_ai.request.model", "m"),
      ("gen_ai.conversation.id", "c"), ("gen_ai.usage.input_tokens", "10"),
      ("gen_ai.usage.cache_read.input_tokens", "900"), ("gen_ai.usage.output_tokens", "3"),
    ])
    #expect(reading.facts.usage.map(\.counts) == [TokenCounts(input: 10, cacheRead: 900, output: 3)])
  }

  @Test("other programs' logs are accepted, and nothing is kept of them") func others() {
    let reading = Event.log([
      ("event.name", "login"), ("session.id", "s"), ("user.email", "a@example.invalid"),
    ])
    #expect(reading.facts.isEmpty && reading.claims.isEmpty)
    #expect(reading.passedOver == 1 && reading.rejected.isEmpty)
  }

  @Test("claims are what is said, not whose the usage is") func claims() {
    let reading = Event.log(
      [
        ("event.name", "codex.sse_event"), ("event.kind", "response.completed"), ("conversation.id", "c"),
        ("input_token_count", "1"), ("user.email", "a@example.invalid"), ("user.account_uuid", "u"),
        ("organization.id", "o"),
      ], account: AccountID(rawValue: 9))
    #expect(reading.facts.usage.map(\.account) == [AccountID(rawValue: 9)])
    let claims = reading.claims.first
    #expect(claims?.key.email == "a@example.invalid" && claims?.key.accountUUID == "u")
    #expect(claims?.key.organization == "o" && claims?.value == [.ofCodex("c")])
  }
}
