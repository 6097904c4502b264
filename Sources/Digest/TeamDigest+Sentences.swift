import Charts
import Directory
import Ledger
import Visibility

extension TeamDigest {
  package var title: String { "\(team), week \(week)" }

  /// How the settled week turned out, in sentences.
  package var outcomeSentences: [String] {
    guard let outcome else {
      return [
        "What came of use is told four weeks after it; of the week four weeks before \(week) nothing is settled."
      ]
    }
    switch outcome.use {
    case .withheld: return ["Week \(outcome.week): not shown. \(Self.whyWithheld)"]
    case .none: return ["Week \(outcome.week): nobody of \(team) used anything that Assay sees."]
    case .figures(let figures):
      return ["Week \(outcome.week): AI use cost \(figures.cost.text) at list price."]
        + splitSentences(outcome)
        + [changesSentence(outcome)].compactMap { $0 }
    }
  }

  private func splitSentences(_ outcome: Outcome) -> [String] {
    switch outcome.split {
    case nil: ["How it divides by outcome cannot be shown without showing what some of the team used."]
    case .twoWays(let linked, let notLinked):
      [
        "\(linked.text) led to something that landed; of \(notLinked.text) no outcome was found. \(Self.noJudgement)"
      ]
    case .threeWays(let held, let otherLinked, let notLinked):
      [
        "\(held.text) led to changes that still stand, \(otherLinked.text) to ones that do not, or not yet; of \(notLinked.text) no outcome was found. \(Self.noJudgement)"
      ]
    }
  }

  private func changesSentence(_ outcome: Outcome) -> String? {
    guard let changes = outcome.changes else { return nil }
    let held = Figures.counted(
      changes.held, "change that AI sessions had a part in still stands",
      "changes that AI sessions had a part in still stand")
    return changes.landed.map { "\(held), of \(Figures.grouped($0)) that landed." } ?? "\(held)."
  }

  /// What was used in the issue's own week.
  package var useSentence: String {
    switch use {
    case .withheld: "Week \(week): not shown. \(Self.whyWithheld)"
    case .none: "Week \(week): nobody of \(team) used anything that Assay sees."
    case .figures(let figures):
      "Week \(week): AI use cost \(figures.cost.text) at list price, by \(figures.people.rawValue) active people. What came of it is told four weeks on."
    }
  }

  private static let whyWithheld =
    "Too few people were active, or it would show what some of them used. The organisation’s page shows wider groups."
  private static let noJudgement =
    "That none was found says nothing about the work: reading, thinking and answering leave no commit."

  /// What the team said, by what it is about and how often: an answer of one is as good as that of many.
  package var wordSentences: [String] {
    guard let words else { return ["What the team says of its tools is for those who are of it."] }
    guard !words.isEmpty else {
      return ["Nobody shared whether AI helped this week. One tap on “Did it help?” is private until shared."]
    }
    var counts: [String: [Feedback.Answer: Int]] = [:]
    for one in words { counts[one.about, default: [:]][one.answer, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { about, answers in
      let parts = Feedback.Answer.allCases.compactMap { answer in
        answers[answer].map { "\(answer.title.lowercased()) ×\($0)" }
      }
      return "\(about): \(parts.joined(separator: ", "))."
    }
  }

  /// In the team's own words, with what each is about.
  package var quotes: [(about: String, text: String)] {
    (words ?? []).compactMap { one in
      one.words.map { ("\(one.about), \(one.answer.title.lowercased())", $0.text) }
    }
  }

  package static let ownWords =
    "What colleagues chose to share, as they put it. It is not measured, and is part of no figure."
}

extension SharedFeedback {
  fileprivate var about: String {
    switch kind {
    case .tool: tool?.displayName ?? "A tool"
    case .session: "A session"
    case .outcome: "A commit"
    }
  }
}
