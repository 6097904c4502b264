import Demand
import Foundation
import Ledger
import ServiceSettings
import Surroundings

/// `demand:` of a server's file: what was committed to, how far ahead is looked, and by which figures the footprint is
/// reckoned.
package struct DemandSettings: Sendable, Equatable {
  /// Weeks that a page shows unless another number is asked for.
  var ahead = 4
  var commitments: [DemandReport.Commitment] = []
  /// A file of coefficients; `nil` for the one that comes with Assay.
  var footprint: String?

  static let mostAhead = 26

  package init() {}

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["ahead", "commitments", "footprint"])
    ahead = try fields.number("ahead", in: 1...Self.mostAhead) ?? ahead
    footprint = try fields.string("footprint")
    for node in try fields.node("commitments")?.list("commitments") ?? [] {
      let commitment = try Self.commitment(node)
      guard !commitments.contains(where: { $0.name == commitment.name }) else {
        throw ConfigurationError(
          .rule("Two commitments are called “\(commitment.name ?? "")”. Give one another name."))
      }
      commitments.append(commitment)
    }
  }

  private static func commitment(_ node: SettingsNode) throws(ConfigurationError) -> DemandReport.Commitment {
    let fields = try SettingsFields(node, known: ["name", "dollars", "from", "until"])
    let name = try fields.required("name")
    guard let dollars = try fields.number("dollars", in: 1...9_000_000_000) else {
      throw ConfigurationError(.missing(key: "dollars"))
    }
    guard let from = try fields.day("from") else { throw ConfigurationError(.missing(key: "from")) }
    guard let until = try fields.day("until") else { throw ConfigurationError(.missing(key: "until")) }
    guard from <= until else {
      throw ConfigurationError(
        .rule("The commitment “\(name)” ends before it begins: from is its first day, until its last."))
    }
    return DemandReport.Commitment(
      name, amount: NanoDollars(Int64(dollars) * NanoDollars.perDollar), from: from.start,
      until: until.next.start)
  }

  /// - Throws: ``ConfigurationError`` that says what is wrong with the file.
  func coefficients() throws(ConfigurationError) -> FootprintCoefficients {
    do {
      guard let footprint else { return try FootprintCoefficients.builtIn() }
      guard let bytes = FileManager.default.contents(atPath: GivenPath.absolute(footprint)) else {
        throw ConfigurationError(
          .rule(
            "demand: \(footprint) cannot be read; footprint takes the path of a file that this process may read."
          ))
      }
      return try FootprintCoefficients(json: bytes)
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError(.rule("demand: footprint: \(error)"))
    }
  }
}

extension SettingsFields {
  /// A day of the calendar, in UTC.
  func day(_ key: String) throws(ConfigurationError) -> CalendarDay? {
    guard let text = try string(key) else { return nil }
    guard let day = CalendarDay(text) else {
      throw ConfigurationError(.wrongValue(key: key, expected: "a day such as 2026-05-04"))
    }
    return day
  }
}
