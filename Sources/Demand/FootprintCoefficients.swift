package import Charts
package import Foundation

/// Published figures that a ``Footprint`` is reckoned with, each with where it is from. A file, so that an organisation can
/// put its provider's own in their place.
package struct FootprintCoefficients: Sendable, Hashable, Codable {
  package struct Coefficient: Sendable, Hashable, Codable {
    package var low: Double
    package var middle: Double
    package var high: Double
    /// What each of the three is from.
    package var sources: [String]
    /// How it was worked out of them, and what of it is an assumption.
    package var note: String

    var spread: Footprint.Spread { Footprint.Spread(low: low, middle: middle, high: high) }
  }

  package var version: String
  /// Wh.
  package var energyPerThousandInput: Coefficient
  package var energyPerThousandCacheRead: Coefficient
  package var energyPerThousandOutput: Coefficient
  /// ml.
  package var waterPerWattHour: Coefficient
  package var lifeCycleWaterPerThousandOutput: Coefficient
  /// Grams of carbon dioxide and what warms as much.
  package var carbonPerWattHour: Coefficient
  package var lifeCycleCarbonPerThousandOutput: Coefficient

  package enum ReadingError: Error, CustomStringConvertible {
    case notAFile(String)
    case unordered(String)

    package var description: String {
      switch self {
      case .notAFile(let problem): "The coefficients of the footprint cannot be read: \(problem)"
      case .unordered(let name):
        "The coefficient \(name) of the footprint needs 0 ≤ low ≤ middle ≤ high."
      }
    }
  }

  package init(json: Data) throws(ReadingError) {
    do { self = try JSONDecoder().decode(Self.self, from: json) } catch {
      throw .notAFile("\(error)")
    }
    for (name, one) in all where !(one.low >= 0 && one.low <= one.middle && one.middle <= one.high) {
      throw .unordered(name)
    }
  }

  /// By name, as in the file.
  package var all: [(name: String, coefficient: Coefficient)] {
    [
      ("energyPerThousandInput", energyPerThousandInput),
      ("energyPerThousandCacheRead", energyPerThousandCacheRead),
      ("energyPerThousandOutput", energyPerThousandOutput), ("waterPerWattHour", waterPerWattHour),
      ("lifeCycleWaterPerThousandOutput", lifeCycleWaterPerThousandOutput),
      ("carbonPerWattHour", carbonPerWattHour),
      ("lifeCycleCarbonPerThousandOutput", lifeCycleCarbonPerThousandOutput),
    ]
  }

  /// Those that come with Assay.
  package static func builtIn() throws(ReadingError) -> FootprintCoefficients {
    try FootprintCoefficients(json: Data(PackageResources.footprint_json))
  }

  /// Each figure with where it is from.
  package var table: DataTable {
    DataTable(
      id: "coefficients",
      caption:
        "What is multiplied, with what is published and what of it is an assumption. Version \(version).",
      columns: [DataColumn("Figure")]
        + ["Least", "Middle", "Most"].map { DataColumn($0, .number(unit: "", decimals: 4)) }
        + [DataColumn("What it is from", .words), DataColumn("Sources", .words)],
      rows: all.map { name, one in
        [
          .text(Self.titles[name] ?? name), .number(one.low), .number(one.middle), .number(one.high),
          .text(one.note), .text(one.sources.isEmpty ? "none" : one.sources.joined(separator: "; ")),
        ]
      })
  }

  private static let titles = [
    "energyPerThousandInput": "Wh for 1,000 tokens of input",
    "energyPerThousandCacheRead": "Wh for 1,000 tokens read from a cache",
    "energyPerThousandOutput": "Wh for 1,000 tokens of output", "waterPerWattHour": "ml of water for a Wh",
    "lifeCycleWaterPerThousandOutput": "ml of water for 1,000 tokens of output, life cycle",
    "carbonPerWattHour": "g CO₂e for a Wh",
    "lifeCycleCarbonPerThousandOutput": "g CO₂e for 1,000 tokens of output, life cycle",
  ]
}
