import Effects
import Foundation

/// Tells of any value where it comes from, among the texts that a model was shown. Made once for a decision.
///
/// The two directions are not alike. To count as the owner's, a value must stand in their words whole and to the letter.
/// To count as somebody else's it is enough that it looks the same. Where both are true the owner has named it. What a
/// trusted system said counts only if nobody else mentions it: they could have chosen which.
struct Provenance {
  private struct Known {
    var passage: Passage
    var exact: WholeWords
    var lower: WholeWords
    var folded: WholeWords
    var times: NamedTimes
    var numbers: NamedNumbers
    var addresses: Set<String>
    /// `system` name or place.
    var name: String

    init(_ passage: Passage, name: String) {
      self.passage = passage
      self.name = name
      let spelled = WholeWords.exact(passage.text)
      exact = WholeWords(spelled)
      lower = WholeWords(spelled.lowercased())
      folded = WholeWords(Lookalikes.folded(passage.text))
      times = NamedTimes(passage.text)
      numbers = NamedNumbers(passage.text)
      addresses = Set(Addresses.found(in: passage.text))
    }
  }

  private var owner: [Known] = []
  private var systems: [Known] = []
  private var others: [Known] = []
  /// Of everything seen, whoever it is from.
  let labels: Labels
  /// Where texts of others were found, each place once, in order.
  let places: [String]

  init(_ seen: [Passage]) {
    labels = seen.reduce(into: Labels()) { $0.formUnion($1.labels) }
    for passage in seen {
      switch passage.origin {
      case .owner: owner.append(Known(passage, name: ""))
      case .system(let name): systems.append(Known(passage, name: name))
      case .untrusted(let place): others.append(Known(passage, name: place))
      }
    }
    places = Set(others.map(\.name)).sorted()
  }

  var isTainted: Bool { !others.isEmpty }

  /// Where a leaf comes from, and what it may be about: what the texts are about that it was taken from, or, of a leaf
  /// that the model wrote or somebody else did, what anything seen is about.
  func trace(_ value: JSON) -> (source: ArgumentSource.Source, labels: Labels) {
    let naming = owner.filter { Self.names($0, value, exactly: true) }
    if !naming.isEmpty { return (.owner, Self.labels(of: naming)) }
    let foreign = others.filter { Self.names($0, value, exactly: false) }
    if !foreign.isEmpty { return (.untrusted(Set(foreign.map(\.name)).sorted()), labels) }
    let said = systems.filter { Self.names($0, value, exactly: true) }
    if let name = said.map(\.name).min() { return (.system(name), Self.labels(of: said)) }
    return (.composed(after: places), labels)
  }

  /// Where an address within a text comes from.
  func trace(address: String) -> ArgumentSource.Source {
    if owner.contains(where: { Self.names($0, address: address) }) { return .owner }
    let bare = Lookalikes.folded(address)
    let foreign = others.filter { known in
      known.folded.contains(bare) || known.addresses.contains(address)
    }
    if !foreign.isEmpty { return .untrusted(Set(foreign.map(\.name)).sorted()) }
    if let name = systems.filter({ Self.names($0, address: address) }).map(\.name).min() {
      return .system(name)
    }
    return .composed(after: places)
  }

  private static func names(_ known: Known, address: String) -> Bool {
    known.lower.contains(address) || known.addresses.contains(address)
  }

  private static func labels(of known: [Known]) -> Labels {
    known.reduce(into: Labels()) { $0.formUnion($1.passage.labels) }
  }

  private static func names(_ known: Known, _ value: JSON, exactly: Bool) -> Bool {
    switch value {
    case .string(let text): names(known, text, exactly: exactly)
    case .integer(let number): known.numbers.contains(Decimal(number))
    case .number(let number): Decimal(string: "\(number)").map(known.numbers.contains) ?? false
    // These have nothing of anybody's in them; an empty list or object names nobody.
    case .null, .bool, .array, .object: false
    }
  }

  private static func names(_ known: Known, _ text: String, exactly: Bool) -> Bool {
    if let (date, time) = NamedTimes.parse(text) {
      return known.times.name(date: date, lenient: !exactly) && (time.map(known.times.name(time:)) ?? true)
    }
    guard exactly else {
      let folded = Lookalikes.folded(text).trimmingCharacters(in: .whitespaces)
      return known.folded.contains(folded) || known.folded.holds(folded)
        || Addresses.found(in: text).contains(where: known.addresses.contains)
    }
    let spelled = WholeWords.exact(text)
    if known.exact.contains(spelled) { return true }
    // Hosts and addresses are the same in capitals (RFC 4343); nothing else is.
    return Addresses.found(in: text) == [spelled.lowercased()] && known.lower.contains(spelled.lowercased())
  }
}
