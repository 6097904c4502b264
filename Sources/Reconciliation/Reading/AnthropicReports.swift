import Ledger

/// The reports of Anthropic's Admin API, as platform.claude.com/docs documents them.
enum AnthropicReports {
  /// `GET /v1/organizations/usage_report/messages`: buckets of a minute, an hour or a day, each with results by what
  /// was asked for with `group_by[]`. Dimensions that were not asked for are null. Numbers of requests are not stated.
  static func usage(_ page: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    buckets(.anthropicUsage, page, &problems) { result, problems in
      let writes = result.object("cache_creation", &problems)
      var figures = BillFigures()
      figures[.input] = result.count("uncached_input_tokens", &problems)
      figures[.cacheRead] = result.count("cache_read_input_tokens", &problems)
      figures[.cacheWrite5m] = writes?.count("ephemeral_5m_input_tokens", &problems)
      figures[.cacheWrite1h] = writes?.count("ephemeral_1h_input_tokens", &problems)
      figures[.output] = result.count("output_tokens", &problems)
      return figures
    }
  }

  /// `GET /v1/organizations/cost_report`: by day; `amount` is a decimal text in the currency's lowest unit, so that
  /// "123.45" in USD are $1.2345. Priority Tier is not in it. Null where it was not grouped by `description`.
  static func cost(_ page: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    buckets(.anthropicCost, page, &problems) { result, problems in
      var figures = BillFigures()
      guard let currency = result.string("currency", &problems), currency.uppercased() == "USD" else {
        problems.note(result.place, "The amount is not in US dollars; it is left out.")
        return figures
      }
      figures[.amount] = result.amount("amount", decimals: 7, &problems)
      return figures
    }
  }

  private static func buckets(
    _ report: BillReport, _ page: BillFields, _ problems: inout BillProblems,
    _ figures: (BillFields, inout BillProblems) -> BillFigures
  ) -> BillAnswer {
    var answer = BillAnswer(report: report, hasMore: page.bool("has_more"))
    for bucket in page.objects("data", &problems) {
      let noted = problems.total
      defer { if problems.total > noted { answer.isDamaged = true } }
      guard let start = bucket.instant("starting_at", &problems),
        let end = bucket.instant("ending_at", &problems)
      else { continue }
      guard let stretch = BillStretch.within(start, end) else {
        problems.note(bucket.place, "The bucket is not within one UTC day.")
        continue
      }
      answer.covered.insert(stretch)
      for result in bucket.objects("results", &problems) {
        answer.items.append(
          BillItem(
            report, in: stretch, model: result.string("model", &problems),
            workspace: result.string("workspace_id", &problems),
            tier: result.string("service_tier", &problems),
            contextWindow: result.string("context_window", &problems),
            figures: figures(result, &problems)))
      }
    }
    return answer
  }

  /// `GET /v1/organizations/usage_report/claude_code`: one UTC day an answer, an entry for each person or key and
  /// terminal. Bedrock and Vertex are not in it. Estimated costs are in cents. A person's entries are added up here.
  static func claudeCode(_ page: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    var answer = BillAnswer(report: .claudeCode, hasMore: page.bool("has_more"))
    for entry in page.objects("data", &problems) {
      let noted = problems.total
      defer { if problems.total > noted { answer.isDamaged = true } }
      guard let day = entry.day("date", &problems) else { continue }
      answer.cover(day)
      let actor = entry.object("actor", &problems)
      let who =
        actor?.string("email_address", &problems) ?? actor?.string("api_key_name", &problems)
      let names = [
        who, entry.string("customer_type", &problems), entry.string("subscription_type", &problems),
        entry.string("terminal_type", &problems), entry.string("organization_id", &problems),
      ]
      for part in entry.objects("model_breakdown", &problems) {
        var figures = BillFigures()
        if let tokens = part.object("tokens", &problems) {
          figures[.input] = tokens.count("input", &problems)
          figures[.cacheRead] = tokens.count("cache_read", &problems)
          figures[.cacheWrite] = tokens.count("cache_creation", &problems)
          figures[.output] = tokens.count("output", &problems)
        }
        if let cost = part.object("estimated_cost", &problems) {
          if cost.string("currency", &problems)?.uppercased() == "USD" {
            figures[.amount] = cost.amount("amount", decimals: 7, &problems)
          } else {
            problems.note(cost.place, "The amount is not in US dollars; it is left out.")
          }
        }
        answer.items.append(
          BillItem(
            .claudeCode, named: names, day: day, model: part.string("model", &problems), figures: figures))
      }
    }
    return answer
  }
}
