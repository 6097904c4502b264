import Statistics
package import Visibility

/// Groups side by side over the last settled weeks.
///
/// It has no places and no winner. Each group is held against all others together; that it differs is said only where
/// its interval is apart from theirs and a test says so, corrected for all that was compared on the board (Holm): of
/// boards on which all are the same, at most one in twenty says it of anybody.
package struct Board: Sendable {
  package enum Dimension: String, CaseIterable, Sendable, Hashable {
    case applications, teams
    case useCases = "use-cases"
  }

  /// How often a board on which all groups are the same may say of one that it differs.
  package static let errorRate = 0.05
  /// A quarter.
  package static let length = 13
  /// Of more groups none is held against the others: it would take minutes, and after the correction say next to
  /// nothing.
  package static let mostCompared = 100

  package struct Figure: Sendable, Hashable {
    package enum Standing: String, Sendable, Hashable {
      case different
      case notDifferent = "not_different"
      /// Too little, or nobody to hold it against.
      case notCompared = "not_compared"
    }

    package var value: Double
    /// 95 %; `nil` where there is too little to say.
    package var range: ClosedRange<Double>?
    /// What is over the line, and under it; of a median how many times it was taken of, and 1.
    package var numerator: Double
    package var denominator: Double
    /// Weeks of the board that it was made of.
    package var weeks: Int
    /// Things of which it is known, of all of its kind; `nil` where none is left out.
    package var known: Int64?
    package var of: Int64?
    package var standing: Standing
  }

  package struct Row: Sendable {
    package var group: Grouping
    package var name: String
    package var figures: [BoardMeasure: Figure]
    /// Settled weeks in which anything of the group is published.
    package var weeks: Int
    /// The worst of them.
    package var coverage: Coverage?
  }

  package let dimension: Dimension
  /// The weeks looked at, in order.
  package let weeks: [Week]
  /// By name.
  package let rows: [Row]
  /// All of them put together.
  package let whole: Row?

  /// - Parameters:
  ///   - weeks: Settled ones, at most a quarter.
  ///   - groups: Of one dimension.
  ///   - whole: The organisation.
  package init(_ dimension: Dimension, over weeks: [Week], _ groups: [BoardGroup], whole: BoardGroup? = nil) {
    self.dimension = dimension
    self.weeks = weeks.sorted()
    let window = Set(weeks)
    let shown = groups.map { group in
      var group = group
      group.weeks = group.weeks.filter { window.contains($0.key) }
      return group
    }
    .filter { !$0.weeks.isEmpty }
    let evidence = shown.map { group in Self.evidence(of: group) }
    let different = Self.different(shown, evidence)
    rows = zip(shown.indices, shown).map { index, group in
      Self.row(group, evidence[index]) { different[Key(row: index, measure: $0)] }
    }
    .sorted { ($0.name, $0.group) < ($1.name, $1.group) }
    self.whole = whole.flatMap { group in
      var group = group
      group.weeks = group.weeks.filter { window.contains($0.key) }
      return group.weeks.isEmpty ? nil : Self.row(group, Self.evidence(of: group)) { _ in nil }
    }
  }

  /// The rows by a measure, the least first; those without it last. An order that somebody asked for, and no ranking.
  package func sorted(by measure: BoardMeasure) -> [Row] {
    rows.sorted { a, b in
      switch (a.figures[measure]?.value, b.figures[measure]?.value) {
      case (let x?, let y?) where x != y: x < y
      case (.some, nil): true
      case (nil, .some): false
      default: (a.name, a.group) < (b.name, b.group)
      }
    }
  }

  private struct Key: Hashable {
    var row: Int
    var measure: BoardMeasure
  }

  private static func evidence(of group: BoardGroup) -> [BoardMeasure: Evidence] {
    let weeks = group.weeks.sorted { $0.key < $1.key }.map(\.value)
    // What is left of a group's changes without those with AI are a few people's who use none.
    return BoardMeasure.allCases.filter { group.group == .organisation || !$0.isOfOrganisation }
      .reduce(into: [:]) { $0[$1] = Evidence($1, weeks) }
  }

  /// Whether each group differs from all others together, where that can be told.
  private static func different(
    _ groups: [BoardGroup], _ evidence: [[BoardMeasure: Evidence]]
  ) -> [Key: Bool] {
    guard groups.count > 1, groups.count <= mostCompared else { return [:] }
    var likelihoods: [Key: Double] = [:]
    var isApart: [Key: Bool] = [:]
    for (index, own) in evidence.enumerated() {
      let others = groups.indices.filter { $0 != index }.flatMap { place in
        groups[place].weeks.sorted { $0.key < $1.key }.map(\.value)
      }
      for (measure, figure) in own {
        guard let pooled = Evidence(measure, others), let likelihood = Evidence.likelihood(figure, pooled),
          let first = figure.estimate?.range, let second = pooled.estimate?.range
        else { continue }
        let key = Key(row: index, measure: measure)
        likelihoods[key] = likelihood
        isApart[key] = !first.overlaps(second)
      }
    }
    let found = Comparison.holm(likelihoods, rate: errorRate)
    return Dictionary(
      uniqueKeysWithValues: likelihoods.keys.map { ($0, found.contains($0) && isApart[$0] == true) })
  }

  private static func row(
    _ group: BoardGroup, _ evidence: [BoardMeasure: Evidence], isDifferent: (BoardMeasure) -> Bool?
  ) -> Row {
    var figures: [BoardMeasure: Figure] = [:]
    for (measure, one) in evidence {
      guard let estimate = one.estimate else { continue }
      let standing: Figure.Standing =
        switch isDifferent(measure) {
        case true?: .different
        case false?: .notDifferent
        case nil: .notCompared
        }
      // A share is never more than all, however the weeks differ.
      let range = estimate.range.map { measure.unit == .share ? $0.clamped(to: 0...1) : $0 }
      figures[measure] = Figure(
        value: estimate.value, range: range, numerator: one.above, denominator: one.below,
        weeks: one.weeks, known: one.known, of: one.of, standing: standing)
    }
    let worst = group.weeks.values.compactMap(\.coverage).max { a, b in
      (Coverage.allCases.firstIndex(of: a) ?? 0) < (Coverage.allCases.firstIndex(of: b) ?? 0)
    }
    return Row(
      group: group.group, name: group.name, figures: figures, weeks: group.weeks.count, coverage: worst)
  }
}
