package import Directory
import Ledger

extension Refusal {
  /// What the person reads whose call was refused: which limit, how much is gone, when it passes again.
  ///
  /// - Parameter name: the scope in words, such as `team Platform`, for the middle of a sentence.
  package func sentence(naming name: (Limit.Scope) -> String) -> String {
    switch reason {
    case .limit(let shortfall):
      shortfall.sentence(who: name(shortfall.standing.limit.scope), retryAfter: retryAfter)
    case .unpriced(let limit):
      "No price is known for this model, so its cost cannot be held to a budget: "
        + "\(name(limit.scope)) may spend \(Wording.allowance(limit)). Use a model that has a price."
    case .repeated(let repetition):
      "Stopped as a runaway loop: \(name(repetition.scope)) made the same request "
        + "\(Wording.grouped(Int64(repetition.times))) times within \(Wording.duration(repetition.policy.period)). "
        + "It passes again at \(Wording.clock(repetition.passes)) if it is not made before."
    }
  }
}

extension Shortfall {
  fileprivate func sentence(who: String, retryAfter: Duration) -> String {
    let limit = standing.limit
    if case .concurrency = limit.measure, obstacle != .zero {
      return
        "Too many calls at once: \(who) may have \(Wording.calls(limit.measure.amount)) under way, and has "
        + "\(Wording.grouped(standing.reserved)). Try again when one has ended."
    }
    let may =
      switch limit.measure {
      case .money: "\(who) may spend"
      case .tokens: "\(who) may use"
      case .requests, .concurrency: "\(who) may make"
      }
    switch obstacle {
    case .zero:
      return "\(title): \(may) \(Wording.nothing(limit))."
    case .tooLarge:
      return "\(title): \(may) \(Wording.allowance(limit)), and this call alone \(couldTake). "
        + "Ask for less in one call."
    case .used, .underWay:
      return "\(title): \(may) \(Wording.allowance(limit)); \(gone)\(andAsked). \(whenItFits(retryAfter))"
    }
  }

  private var title: String {
    switch (standing.limit.measure, obstacle) {
    case (.money, .tooLarge): "Above the budget"
    case (.money, .zero): "No budget"
    case (.money, _): "Budget reached"
    case (.tokens, .tooLarge): "Above the token limit"
    case (.tokens, _): "Token limit reached"
    case (.requests, _), (.concurrency, _): "Call limit reached"
    }
  }

  /// So many that the figures, rounded as they are printed, show that they do not fit and hide none.
  private var decimals: Int {
    let figures = obstacle == .tooLarge ? [asked] : [standing.used, standing.reserved, asked]
    return (2..<9).first { decimals in
      let unit = Wording.nanoDollars(decimals: decimals)
      let rounded = figures.map { Int128(Wording.rounded($0, to: unit)) }
      return standing.limit.measure.amount % unit == 0
        && zip(figures, rounded).allSatisfy { ($0 == 0) == ($1 == 0) }
        && rounded.reduce(0, +) > Int128(standing.limit.measure.amount) - (asked == 0 ? 1 : 0)
    } ?? 9
  }

  private func figure(_ amount: Int64) -> String {
    guard standing.limit.measure.isMoney else { return Wording.grouped(amount) }
    return Wording.money(Wording.rounded(amount, to: Wording.nanoDollars(decimals: decimals)))
  }

  private var gone: String {
    switch standing.limit.measure {
    case .money, .tokens:
      let verb = standing.used == 1 || standing.limit.measure.isMoney ? "is" : "are"
      let used = "\(figure(standing.used)) \(verb) used"
      return standing.reserved == 0 ? used : "\(used) and \(figure(standing.reserved)) reserved"
    case .requests, .concurrency:
      let made = standing.used.addingReportingOverflow(standing.reserved)
      let underWay = standing.reserved == 0 ? "" : ", \(figure(standing.reserved)) of them under way"
      return "\(figure(made.overflow ? .max : made.partialValue)) made\(underWay)"
    }
  }

  private var andAsked: String {
    switch standing.limit.measure {
    case .money, .tokens: asked == 0 ? "" : ", and this call \(couldTake)"
    case .requests, .concurrency: ""
    }
  }

  private var couldTake: String {
    standing.limit.measure.isMoney ? "could cost up to \(figure(asked))" : "could use up to \(figure(asked))"
  }

  private func whenItFits(_ retryAfter: Duration) -> String {
    let reset: String =
      if standing.limit.window == .minute {
        "in \(Wording.duration(retryAfter))"
      } else {
        standing.resets.map { "at \(Wording.clock($0))" } ?? "later"
      }
    return switch (obstacle, standing.limit.window) {
    case (.underWay, .minute): "Try again when calls under way have ended."
    case (.underWay, _): "It may fit when calls under way have ended; the limit resets \(reset)."
    case (_, .minute): "Try again \(reset)."
    default: "It resets \(reset)."
    }
  }
}

extension Limit.Measure {
  fileprivate var isMoney: Bool { if case .money = self { true } else { false } }
}
