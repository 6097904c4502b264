/// Something a project grows: a thing of its trade and what is done with it. Every feature has files and lines of
/// its own, so that a line in a commit tells whose it is.
struct Feature: Sendable, Hashable {
  /// What kind of code it is; each language has a template for each.
  enum Aspect: String, CaseIterable, Sendable {
    case parser, planner, store, report, client
  }

  var noun: String
  var aspect: Aspect
  /// Fields of the thing.
  var first: String
  var second: String
  /// A bound or a rate of its own.
  var number: Int
  /// Written with ``BriefTemplates``.
  var isBrief = false

  /// `berth_planner`
  var name: String { "\(noun)_\(aspect.rawValue)" }
  var words: String { "\(noun) \(aspect.rawValue)" }

  /// Every feature there is, in an order that `chance` gives.
  ///
  /// - Parameter district: Things of another part of the harbour, which are others: from 1.
  static func all(_ chance: inout Chance, district: Int = 0) -> [Feature] {
    let nouns = [
      "berth", "invoice", "tide", "manifest", "crane", "voyage", "tariff", "pilot", "mooring", "buoy",
      "cargo",
      "customs", "ferry", "ballast", "anchor", "dockside", "freight", "beacon", "harbour", "lighter", "quay",
      "shipment", "slipway", "tonnage", "tug", "vessel", "warehouse", "wharf",
    ]
    let fields = [
      "arrival", "balance", "capacity", "deadline", "depth", "draught", "fee", "heading", "length", "limit",
      "margin", "owner", "priority", "rate", "reference", "status", "stay", "total", "volume", "weight",
    ]
    var features: [Feature] = []
    let part = Self.prefix(ofDistrict: district)
    for noun in nouns.map({ part + $0 }) {
      for aspect in Aspect.allCases {
        let first = chance.pick(fields)
        let second = chance.pick(fields.filter { $0 != first })
        features.append(
          Feature(noun: noun, aspect: aspect, first: first, second: second, number: chance.int(12...960)))
      }
    }
    for index in features.indices { features.swapAt(index, index + chance.below(features.count - index)) }
    return features
  }

  /// A word that goes before a noun and leaves it one word, since it names types and packages.
  private static func prefix(ofDistrict district: Int) -> String {
    guard district > 0 else { return "" }
    let words = [
      "north", "south", "east", "west", "inner", "outer", "upper", "lower", "old", "new", "winter", "summer",
      "night", "day", "spare", "guest",
    ]
    let round = (district - 1) / words.count
    return words[(district - 1) % words.count] + (round == 0 ? "" : String(repeating: "x", count: round))
  }

  /// `template` with the feature's own words: `$n` noun, `$N` capitalised, `$a`/`$b` its fields, `$A`/`$B`
  /// capitalised, `$k` its number.
  func fill(_ template: String) -> [String] {
    var lines: [String] = []
    for line in template.split(separator: "\n", omittingEmptySubsequences: false) {
      var text = ""
      var rest = line[...]
      while let dollar = rest.firstIndex(of: "$") {
        text += rest[..<dollar]
        let after = rest.index(after: dollar)
        guard after < rest.endIndex, let word = word(rest[after]) else {
          text += "$"
          rest = rest[after...]
          continue
        }
        text += word
        rest = rest[rest.index(after: after)...]
      }
      lines.append(text + rest)
    }
    return lines
  }

  private func word(_ letter: Character) -> String? {
    switch letter {
    case "n": noun
    case "N": noun.capitalised
    case "a": first
    case "A": first.capitalised
    case "b": second
    case "B": second.capitalised
    case "k": String(number)
    default: nil
    }
  }
}

extension String {
  var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
