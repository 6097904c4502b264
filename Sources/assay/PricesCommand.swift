import ArgumentParser
import Foundation
import Ledger
import Surroundings

struct PricesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prices",
    abstract: "List what models cost, and say which price a model’s name leads to.",
    discussion: """
      Prices are the providers’ list prices, in US dollars per million tokens. An organisation’s own file goes on \
      top: its entries come first wherever they are valid. `assay prices --json` writes the format that it is in.

      EXAMPLES
        assay prices
        assay prices --model claude-haiku-4-5-20251001
        assay prices --json > ours.json        # edit, then:
        assay prices --prices ours.json --csv

      EXIT STATUS
        0, or 1 if the model named with --model is unpriced or the price file cannot be used.
      """)

  @Option(help: "Show only the price that this model’s name leads to, or how to add one.")
  var model: String?

  @Option(
    name: .customLong("prices"),
    help: ArgumentHelp(
      "An organisation’s own price file. Default: $ASSAY_PRICES, if set.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var file: String?

  @Flag(
    exclusivity: .exclusive,
    help: "How to print: \(PriceListFormat.allCases.map(\.rawValue).joined(separator: " or ")).")
  var format: PriceListFormat?

  func run() throws {
    let environment = ProcessInfo.processInfo.environment["ASSAY_PRICES"].flatMap { $0.isEmpty ? nil : $0 }
    let catalogue = try PriceCatalogue.builtIn(withFileAt: file ?? environment)
    let table = model.map { PriceTable(catalogue, model: $0) } ?? PriceTable(catalogue)
    let explanation = model.map { PriceExplanation(of: $0, at: Instant(Date()), in: catalogue) }
    let output =
      switch format {
      case .json: table.json
      case .csv: table.csv
      case nil: explanation?.text ?? table.text
      }
    try StandardOutput.write(output)
    if let explanation, !explanation.isPriced { throw ExitCode.failure }
  }
}

enum PriceListFormat: String, EnumerableFlag {
  case json, csv

  static func help(for value: PriceListFormat) -> ArgumentHelp? {
    switch value {
    case .json: "Print a price file, which can be edited and used with --prices."
    case .csv: "Print comma-separated values."
    }
  }
}
