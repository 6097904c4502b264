import Ledger

/// The reports of OpenAI's administration API, as its OpenAPI document describes them.
enum OpenAIReports {
  /// `GET /v1/organization/usage/completions`: `input_tokens` includes cached and cache-write tokens; newer answers
  /// state `input_uncached_tokens` and `input_cache_write_tokens` as well. Times are seconds since 1970.
  static func usage(_ page: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    buckets(.openAIUsage, page, &problems) { result, problems in
      var figures = BillFigures()
      let all = result.count("input_tokens", &problems)
      let cached = result.count("input_cached_tokens", &problems)
      let written = result.count("input_cache_write_tokens", &problems)
      figures[.output] = result.count("output_tokens", &problems)
      figures[.requests] = result.count("num_model_requests", &problems)
      if let uncached = result.count("input_uncached_tokens", &problems) {
        figures[.input] = uncached
        figures[.cacheWrite] = written
        figures[.cacheRead] = cached
      } else if let all, let cached {
        let rest = all - cached - (written ?? 0)
        if rest >= 0 {
          figures[.input] = rest
          figures[.cacheRead] = cached
          figures[.cacheWrite] = written
        } else {
          problems.note(result.place, "More tokens are cached than were input; its input is left out.")
        }
      } else {
        figures[.prompt] = all
      }
      return (
        result.string("model", &problems), result.string("service_tier", &problems), figures
      )
    }
  }

  /// `GET /v1/organization/costs`: by day; amounts are dollars. Grouped by `line_item` an item reads `gpt-5, input` or
  /// names a thing that is no model.
  static func costs(_ page: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    buckets(.openAICosts, page, &problems) { result, problems in
      var figures = BillFigures()
      if let amount = result.object("amount", &problems) {
        if amount.string("currency", &problems)?.uppercased() == "USD" {
          figures[.amount] = amount.amount("value", decimals: 9, &problems)
        } else {
          problems.note(amount.place, "The amount is not in US dollars; it is left out.")
        }
      }
      let item = result.string("line_item", &problems)
      let model = item.flatMap { text in
        text.contains(", ") ? text.split(separator: ",").first.map { String($0) } : nil
      }
      return (model, nil, figures)
    }
  }

  private static func buckets(
    _ report: BillReport, _ page: BillFields, _ problems: inout BillProblems,
    _ read: (BillFields, inout BillProblems) -> (
      model: String?, tier: String?, figures: BillFigures
    )
  ) -> BillAnswer {
    var answer = BillAnswer(report: report, hasMore: page.bool("has_more"))
    for bucket in page.objects("data", &problems) {
      let noted = problems.total
      defer { if problems.total > noted { answer.isDamaged = true } }
      guard let start = bucket.instant("start_time", &problems),
        let end = bucket.instant("end_time", &problems)
      else { continue }
      guard let stretch = BillStretch.within(start, end) else {
        problems.note(bucket.place, "The bucket is not within one UTC day.")
        continue
      }
      answer.covered.insert(stretch)
      for result in bucket.objects(bucket.has("results") ? "results" : "result", &problems) {
        let line = read(result, &problems)
        answer.items.append(
          BillItem(
            report, in: stretch, model: line.model, workspace: result.string("project_id", &problems),
            tier: line.tier, figures: line.figures))
      }
    }
    return answer
  }
}
