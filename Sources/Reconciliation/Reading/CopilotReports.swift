import Ledger

/// Copilot usage metrics as docs.github.com documents them: `day_totals` of an enterprise or organisation, `user_totals`
/// or one line of JSON a user. Tokens are stated of the command line only, of all models together, and prompts with what
/// was cached.
enum CopilotReports {
  static func report(_ document: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    var answer = BillAnswer(report: .copilot)
    let noted = problems.total
    let day = document.has("report_day") ? document.day("report_day", &problems) : nil
    for row in document.objects("day_totals", &problems) {
      add(row, otherwise: day, isOfUser: false, to: &answer, &problems)
    }
    for row in document.objects("user_totals", &problems) {
      add(row, otherwise: day, isOfUser: true, to: &answer, &problems)
    }
    // A day on which nobody did anything has no row.
    if document.has("report_start_day"), document.has("report_end_day"),
      let first = document.day("report_start_day", &problems),
      let last = document.day("report_end_day", &problems), first <= last,
      last.start - first.start < .days(100)
    {
      for day in first.days(through: last) { answer.cover(day) }
    }
    if let day { answer.cover(day) }
    answer.isDamaged = problems.total > noted
    return answer
  }

  /// A row that is a document of its own.
  static func row(_ row: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    var answer = BillAnswer(report: .copilot)
    let noted = problems.total
    add(row, otherwise: nil, isOfUser: isOfUser(row), to: &answer, &problems)
    answer.isDamaged = problems.total > noted
    return answer
  }

  static func isOfUser(_ row: BillFields) -> Bool { row.has("user_id") || row.has("user_login") }

  private static func add(
    _ row: BillFields, otherwise day: CalendarDay?, isOfUser: Bool, to answer: inout BillAnswer,
    _ problems: inout BillProblems
  ) {
    guard let day = row.has("day") ? row.day("day", &problems) : day ?? row.day("day", &problems) else {
      return
    }
    answer.cover(day)
    var figures = BillFigures()
    if let terminal = row.object("totals_by_cli", &problems) {
      figures[.requests] = terminal.count("request_count", &problems)
      if let tokens = terminal.object("token_usage", &problems) {
        figures[.prompt] = tokens.count("prompt_tokens_sum", &problems)
        figures[.output] = tokens.count("output_tokens_sum", &problems)
      }
    } else if row.bool("used_cli") == false || nobodyUsedIt(row) {
      figures = BillFigures([.requests: 0, .prompt: 0, .output: 0])
    }
    let organisation = identifier(row, "organization_id")
    let user = isOfUser ? identifier(row, "user_id") ?? row.string("user_login", &problems) : nil
    answer.items.append(
      BillItem(
        .copilot, named: [organisation, identifier(row, "enterprise_id"), user],
        rank: isOfUser ? 2 : organisation == nil ? 0 : 1, day: day, model: nil, figures: figures))
  }

  private static func nobodyUsedIt(_ row: BillFields) -> Bool {
    if case .number(let text)? = row.members["daily_active_cli_users"] {
      ExactDecimal.scaled(text, by: 0) == 0
    } else {
      false
    }
  }

  private static func identifier(_ row: BillFields, _ key: String) -> String? {
    switch row.members[key] {
    case .number(let text)?: text
    case .string(let text)? where text.utf8.count <= 100: text
    default: nil
    }
  }
}
