import Ledger

/// Decides once, when a week closes, which of its cells everybody may read, so that no sums and differences of all
/// that is ever published, with all that one reader knows by themself, leave too few people (DESIGN, law 6).
///
/// Every admitted cell was shown, by exact algebra over all cells admitted before, to leave no such combination.
/// The greedy order makes what is kept the widest: a cell is given up only if it would disclose together with wider
/// ones.
package struct Lattice: Sendable {
  /// Why a cell is missing: for diagnostics and tests, not for readers.
  package enum Withheld: String, Hashable, Sendable, CaseIterable {
    case tooFewPeople, dominated, wouldDisclose, undecided
    /// There is no use, and who could have used it is not declared or too few.
    case nothingToSay
  }

  package struct Closing: Sendable {
    package var week: FrozenWeek
    package var withheld: [Cell: Withheld]
  }

  /// Why a week takes nothing more in.
  package enum LatticeError: Error, Hashable, Sendable, CustomStringConvertible {
    case otherWeek(Week, Week)
    case isSettled(Week)

    package var description: String {
      switch self {
      case .otherWeek(let frozen, let given):
        "Use of \(given) cannot be added to \(frozen). Give all use of \(frozen), old and late."
      case .isSettled(let week):
        "\(week) is settled: its outcomes are published, and later use of it is not added any more."
      }
    }
  }

  private let safeguards: Safeguards

  package init() { safeguards = .all }
  init(safeguards: Safeguards) { self.safeguards = safeguards }

  /// Closes a week: only contributions of version 1 are looked at.
  package func close(_ use: WeekOfUse) -> Closing {
    let atoms = Atoms(use)
    var publisher = Publisher(atoms, safeguards: safeguards)
    var published: [PublishedCell] = []
    var withheld: [Cell: Withheld] = [:]
    for sum in publisher.candidates {
      do throws(Publisher.Refusal) {
        let hasUse = sum.members.members.contains { atoms.atoms[$0].isUse }
        if hasUse {
          try publisher.admit(sum, as: [.cost])
          published.append(cell(sum, version: 1, atoms, tokens: admitTokens(sum, &publisher)))
        } else if sum.members.isEmpty {
          withheld[sum.cell] = .nothingToSay
        } else {
          try publisher.admitNone(sum)
          published.append(PublishedCell(cell: sum.cell, version: 1, content: .none))
        }
      } catch {
        withheld[sum.cell] = Withheld(error)
      }
    }
    let week = FrozenWeek(
      week: use.week, floors: use.floors, areReportsVisible: use.areReportsVisible, published: published)
    return Closing(week: week, withheld: withheld)
  }

  /// Takes in use that came after the week was closed, where that cannot show whose it is.
  ///
  /// - Parameter use: all use of the week: what was there before with its versions, and what is new with the next.
  /// - Returns: the week with a further version of those cells; the others stay as they are. Use that no cell could
  ///   take in goes with the next late use.
  package func revise(_ frozen: FrozenWeek, with use: WeekOfUse) throws(LatticeError) -> FrozenWeek {
    guard frozen.week == use.week else { throw .otherWeek(frozen.week, use.week) }
    guard !frozen.isSettled else { throw .isSettled(frozen.week) }
    let version = frozen.version &+ 1
    let atoms = Atoms(use.asClosed(with: frozen))
    var publisher = Publisher(atoms, safeguards: safeguards)
    if safeguards.contains(.freezing) { assume(frozen, atoms, &publisher) }
    var revised = frozen
    for candidate in publisher.candidates {
      guard let current = frozen[candidate.cell] else { continue }
      let sum = Publisher.Sum(cell: candidate.cell, members: atoms.members(of: candidate.cell, upTo: version))
      let known = atoms.members(of: candidate.cell, upTo: current.version)
      guard sum.members != known else { continue }
      var next = publisher
      do throws(Publisher.Refusal) {
        try next.admit(sum, as: [.cost])
        var tokens: TokenCounts?
        if current.hasTokens {
          try next.admit(sum, as: Self.tokenMeasures(sum, atoms))
          tokens = atoms.figures(of: sum.members).tokens
        }
        publisher = next
        revised.published.append(cell(sum, version: version, atoms, tokens: tokens))
        revised.version = version
      } catch {
        continue
      }
    }
    return revised
  }

  /// Splits the cost of published cells by what came of it, once, when hold windows and grace are over.
  ///
  /// - Parameter use: all use of the week as far as it was published, with outcomes.
  package func settle(_ frozen: FrozenWeek, with use: WeekOfUse) throws(LatticeError) -> FrozenWeek {
    guard frozen.week == use.week else { throw .otherWeek(frozen.week, use.week) }
    guard !frozen.isSettled else { throw .isSettled(frozen.week) }
    let atoms = Atoms(use.asClosed(with: frozen))
    var publisher = Publisher(atoms, safeguards: safeguards)
    var settled = frozen
    for candidate in publisher.candidates {
      guard let current = frozen[candidate.cell], case .figures = current.content else { continue }
      let members = atoms.members(of: candidate.cell, upTo: current.version)
      let sum = Publisher.Sum(cell: candidate.cell, members: members)
      if let split = admitSplit(sum, &publisher) {
        settled.settled.append(
          SettledCell(
            cell: candidate.cell, version: current.version, split: split,
            changes: admitChanges(sum, &publisher)))
      }
    }
    settled.isSettled = true
    return settled
  }

  private func admitSplit(_ sum: Publisher.Sum, _ publisher: inout Publisher) -> SettledCell.Split? {
    let figures = publisher.atoms.figures(of: sum.members)
    func amount(_ measure: Measure) -> NanoDollars { NanoDollars(measure.value(of: figures)) }
    let three = OutcomeClass.allCases.map(Measure.outcome) + [.linked]
    if (try? publisher.admit(sum, as: three)) != nil {
      return .threeWays(
        held: amount(.outcome(.held)), otherLinked: amount(.outcome(.otherLinked)),
        notLinked: amount(.outcome(.notLinked)))
    }
    if (try? publisher.admit(sum, as: [.linked, .outcome(.notLinked)])) != nil {
      return .twoWays(linked: amount(.linked), notLinked: amount(.outcome(.notLinked)))
    }
    return nil
  }

  /// As many counts of changes as are safe together with the differences that can be worked out from them.
  private func admitChanges(_ sum: Publisher.Sum, _ publisher: inout Publisher) -> CellChanges? {
    guard let counts = publisher.atoms.figures(of: sum.members).changes else { return nil }
    let landed = [ChangeFate.held, .landed, .undone].map(Measure.changes)
    if (try? publisher.admit(sum, as: landed)) != nil {
      let isFailedSafe = (try? publisher.admit(sum, as: [.changes(.failed), .changes(.sound)])) != nil
      return CellChanges(
        held: counts.held, landed: counts.landed, failed: isFailedSafe ? counts.failed : nil)
    }
    guard (try? publisher.admit(sum, as: [.changes(.held)])) != nil else { return nil }
    return CellChanges(held: counts.held)
  }

  private func admitTokens(_ sum: Publisher.Sum, _ publisher: inout Publisher) -> TokenCounts? {
    let measures = Self.tokenMeasures(sum, publisher.atoms)
    guard (try? publisher.admit(sum, as: measures)) != nil else { return nil }
    return publisher.atoms.figures(of: sum.members).tokens
  }

  /// The classes that have anything in them.
  private static func tokenMeasures(_ sum: Publisher.Sum, _ atoms: Atoms) -> [Measure] {
    let used = sum.members.members.map { atoms.atoms[$0].figures }
    return Measure.tokenClasses.filter { measure in used.contains { measure.value(of: $0) != 0 } }
  }

  private func assume(_ frozen: FrozenWeek, _ atoms: Atoms, _ publisher: inout Publisher) {
    for published in frozen.published {
      let sum = Publisher.Sum(
        cell: published.cell, members: atoms.members(of: published.cell, upTo: published.version))
      publisher.assume(sum, as: [.cost])
      if published.hasTokens { publisher.assume(sum, as: Self.tokenMeasures(sum, atoms)) }
    }
  }

  private func cell(
    _ sum: Publisher.Sum, version: Int, _ atoms: Atoms, tokens: TokenCounts?
  ) -> PublishedCell {
    let figures = atoms.figures(of: sum.members)
    let people = atoms.people(in: sum.members, where: \.isActive).count
    return PublishedCell(
      cell: sum.cell, version: version,
      content: .figures(
        CellFigures(
          cost: figures.cost, tokens: tokens, people: PeopleBand(people),
          coverage: Coverage(records: figures.records, unknown: figures.unknownRecords))))
  }
}

extension PublishedCell {
  var hasTokens: Bool {
    if case .figures(let figures) = content { figures.tokens != nil } else { false }
  }
}

extension WeekOfUse {
  /// What held when the week was closed holds for it always.
  fileprivate func asClosed(with frozen: FrozenWeek) -> WeekOfUse {
    var use = self
    use.floors = frozen.floors
    use.areReportsVisible = frozen.areReportsVisible
    return use
  }
}

extension Lattice.Withheld {
  fileprivate init(_ refusal: Publisher.Refusal) {
    switch refusal {
    case .tooFewPeople: self = .tooFewPeople
    case .dominated: self = .dominated
    case .wouldDisclose: self = .wouldDisclose
    case .undecided: self = .undecided
    }
  }
}
