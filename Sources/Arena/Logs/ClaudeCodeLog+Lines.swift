import Ledger

/// The lines themselves, each with the fields of its version in their order.
extension ClaudeCodeLog {
  /// Where the tool runs; before the message in old versions and after it in new ones.
  private var place: [JSONText.Member] {
    var members: [JSONText.Member] = [("userType", "external")]
    if shape >= .middle { members.append(("entrypoint", sitting.isScripted ? "sdk-cli" : "cli")) }
    members += [
      ("cwd", .string(sitting.directory)), ("sessionId", .string(sitting.name)),
      ("version", .string(sitting.job.version)), ("gitBranch", .string(sitting.branch ?? "")),
    ]
    return members
  }

  /// Writes one line of the conversation, to the subagent's file if one is at work.
  mutating func line(
    _ body: [JSONText.Member], at instant: Instant, slugged: Bool, logicalParent: String? = nil,
    isRoot: Bool = false
  ) {
    let uuid = context.chance.uuid()
    var members: [JSONText.Member] = [
      ("parentUuid", isRoot ? .null : .optional(parent))
    ]
    if let logicalParent { members.append(("logicalParentUuid", .string(logicalParent))) }
    members.append(("isSidechain", .bool(agent != nil)))
    let hasSlug = slugged && agent == nil && (shape <= .early || logicalParent != nil)
    let named: [JSONText.Member] = hasSlug ? [("slug", .string(slug))] : []
    if shape <= .early {
      members += place
      if let agent { members.append(("agentId", .string(agent))) }
      members += named
      members += stamped(body, uuid: uuid, at: instant)
    } else {
      members += stamped(body, uuid: uuid, at: instant)
      members += place + named
    }
    if agent == nil {
      main.append(line: .object(members))
    } else if !subagents.isEmpty {
      subagents[subagents.count - 1].append(line: .object(members))
    }
    parent = uuid
  }

  /// The line's identifier and time go where `stampKey` stands, or the other way round.
  static let stampKey = "\u{0}stamp"
  static let reversedStampKey = "\u{0}reversed"

  private func stamped(_ body: [JSONText.Member], uuid: String, at instant: Instant) -> [JSONText.Member] {
    let stamp: [JSONText.Member] = [("uuid", .string(uuid)), ("timestamp", .string(instant.iso8601))]
    return body.flatMap { member -> [JSONText.Member] in
      switch member.key {
      case Self.stampKey: stamp
      case Self.reversedStampKey: stamp.reversed()
      default: [member]
      }
    }
  }

  mutating func user(content: JSONText, at instant: Instant, extra: [JSONText.Member]) {
    var body: [JSONText.Member] = []
    if shape >= .middle { body.append(("promptId", .string(promptID))) }
    if shape >= .middle, let agent { body.append(("agentId", .string(agent))) }
    body += [
      ("type", "user"), ("message", ["role": "user", "content": content]), (Self.stampKey, .null),
    ]
    line(body + extra, at: instant, slugged: promptCount > 1)
  }

  mutating func assistant(
    _ block: JSONText, index: Int, of call: Call, request: String, at instant: Instant, stop: String,
    isLast: Bool
  ) {
    // Until 2.1.100 a block was written before the provider had said how the message ends.
    let isPlaceholder = shape <= .early && !isLast
    var message: [JSONText.Member] = [
      ("model", .string(sitting.model)), ("id", .string(call.message)), ("type", "message"),
      ("role", "assistant"),
      ("content", [block]), ("stop_reason", isPlaceholder ? .null : .string(stop)), ("stop_sequence", .null),
      ("usage", usage(call.counts, isPlaceholder: isPlaceholder)),
    ]
    if shape >= .middle { message.append(("stop_details", .null)) }
    var body: [JSONText.Member] = []
    if shape >= .middle, let agent { body.append(("agentId", .string(agent))) }
    body.append(("message", .object(message)))
    if shape == .late { body.append(("apiBlockIndex", .int(Int64(index)))) }
    body.append(("requestId", .string(call.request)))
    if shape == .late {
      body += [
        ("requestRef", .string(request)), ("requestedModel", .string(sitting.model)),
        ("promptCacheRequested", "5m"),
      ]
      if agent != nil { body.append(("attributionAgent", "general-purpose")) }
    }
    body += [("type", "assistant"), (Self.stampKey, .null)]
    if shape == .late { body += [("effort", "high"), ("perTurnEffort", .null), ("madeBy", "model")] }
    line(body, at: instant, slugged: promptCount > 1)
  }

  func usage(_ counts: TokenCounts, isPlaceholder: Bool) -> JSONText {
    let short = counts.cacheWrite5m ?? 0
    let long = counts.cacheWrite1h ?? 0
    var members: [JSONText.Member] = [
      ("input_tokens", .int(counts.input ?? 0)), ("cache_creation_input_tokens", .int(short + long)),
      ("cache_read_input_tokens", .int(counts.cacheRead ?? 0)),
    ]
    let output = counts.output ?? 0
    if isPlaceholder {
      return .object(
        members + [
          (
            "cache_creation",
            ["ephemeral_5m_input_tokens": .int(short), "ephemeral_1h_input_tokens": .int(long)]
          ),
          ("service_tier", "standard"), ("inference_geo", "not_available"),
          ("output_tokens", .int(min(output, 4))),
        ])
    }
    members.append(("output_tokens", .int(output)))
    if shape == .late { members.append(("output_tokens_details", ["thinking_tokens": 0])) }
    members += [
      ("server_tool_use", ["web_search_requests": 0, "web_fetch_requests": 0]), ("service_tier", "standard"),
      (
        "cache_creation", ["ephemeral_1h_input_tokens": .int(long), "ephemeral_5m_input_tokens": .int(short)]
      ),
    ]
    if shape > .legacy {
      members += [
        ("inference_geo", shape == .late ? "not_available" : ""), ("iterations", []), ("speed", "standard"),
      ]
    }
    if shape == .late { members.append(("fallback_credit", .null)) }
    return .object(members)
  }

  // MARK: What only the newest versions write

  mutating func requestLines(_ id: String, at instant: Instant, prompt: String) {
    let session = JSONText.string(sitting.name)
    var request: [JSONText.Member] = [("type", "api-request"), ("sessionId", session)]
    if let agent { request.append(("agentId", .string(agent))) }
    request += [
      ("id", .string(id)), ("timestamp", .string(instant.iso8601)), ("version", .string(sitting.job.version)),
      ("querySource", sitting.isScripted ? "sdk" : "repl_main_thread"),
      ("shapeHash", .string(context.chance.hex(64))),
      (
        "params",
        [
          "model": .string(sitting.model), "max_tokens": 64000,
          "thinking": ["type": "adaptive", "display": "omitted"], "output_config": ["effort": "high"],
        ]
      ),
      ("keep", 0), ("tail", [.string(context.chance.hex(64)), .string(context.chance.hex(64))]),
      ("requestDigest", .string(context.chance.hex(64))),
    ]
    if agent != nil {
      if !subagents.isEmpty { subagents[subagents.count - 1].append(line: .object(request)) }
      return
    }
    main.append(line: ["type": "atis-latch", "atis": "", "sessionId": session])
    main.append(line: .object(request))
    main.append(line: ["type": "tools-used", "tools": .strings(toolsUsed.sorted()), "sessionId": session])
  }

  /// What the client adds up over all processes, a fork's parent included, model by model.
  func costState() -> JSONText {
    var models: [String: TokenCounts] = [:]
    for call in billed + sitting.unitemised.map({ Billed(model: sitting.model, counts: $0) }) {
      models[call.model, default: TokenCounts()] += call.counts
    }
    let costs = models.mapValues(Self.believedMicroDollars)
    let usage = models.sorted { $0.key < $1.key }.map { model, sum -> (String, JSONText) in
      let short = sum.cacheWrite5m ?? 0
      let long = sum.cacheWrite1h ?? 0
      return (
        model,
        [
          "inputTokens": .int(sum.input ?? 0), "outputTokens": .int(sum.output ?? 0), "thinkingTokens": 0,
          "cacheReadInputTokens": .int(sum.cacheRead ?? 0), "cacheCreationInputTokens": .int(short + long),
          "cacheCreationEphemeral5mInputTokens": .int(short),
          "cacheCreationEphemeral1hInputTokens": .int(long),
          "webSearchRequests": 0, "costUSD": .double(Double(costs[model] ?? 0) / 1_000_000),
        ]
      )
    }
    let cost = JSONText.double(Double(costs.values.reduce(0, +)) / 1_000_000)
    let start = sitting.turns.first?.started ?? Instant(milliseconds: 0)
    let end = sitting.turns.last?.steps.last?.answered ?? start
    let calls = Int64(billed.count)
    let duration = (end - start).wholeMilliseconds
    return [
      "type": "cost-state", "sessionId": .string(sitting.name), "totalCostUSD": cost,
      "totalAPIDuration": .int(calls * 4100), "totalAPIDurationWithoutRetries": .int(calls * 4080),
      "totalToolDuration": 1274, "totalLinesAdded": 5, "totalLinesRemoved": 0,
      "totalDuration": .int(duration), "startTime": .int(start.milliseconds),
      "modelUsage": .object(usage),
      "hasUnknownModelCost": .bool(sitting.job.incidents.contains(.unknownModel)),
    ]
  }
  /// What the client believes something cost, at prices of its own; readers must not trust it.
  private static func believedMicroDollars(_ sum: TokenCounts) -> Int64 {
    let fresh = (sum.input ?? 0) * 5 + (sum.output ?? 0) * 25
    return fresh + (sum.cacheRead ?? 0) / 2 + (sum.cacheWrite5m ?? 0) * 25 / 4 + (sum.cacheWrite1h ?? 0) * 10
  }
}
