import Foundation

/// A list of prices as text, CSV or JSON; the same in a terminal and in a pipe.
package struct PriceTable: Sendable {
  private let catalogue: PriceCatalogue
  private let prices: [ModelPrice]

  package init(_ catalogue: PriceCatalogue) {
    self.catalogue = catalogue
    prices = catalogue.prices
  }

  /// Only the prices of the model that goes by `name`; none if there is no such model.
  package init(_ catalogue: PriceCatalogue, model name: String) {
    self.catalogue = catalogue
    prices = catalogue.periods(of: name)
  }

  /// Aligned columns under a heading, without trailing blanks.
  package var text: String {
    let heading = [
      "MODEL", "PROVIDER", "IN", "CACHE READ", "WRITE 5M", "WRITE 1H", "OUT", "LONG CONTEXT", "VALID FROM",
      "SOURCE",
    ]
    let rows = prices.map { price in
      [price.model, price.provider] + Self.amounts(price.standard.rates)
        + [Self.longContext(price.standard), price.validity.from?.description ?? "–", price.source]
    }
    let lines = Self.aligned([heading] + rows, right: 2...6)
    let models = Set(prices.map(\.model)).count
    return lines.joined(separator: "\n") + """


      \(models) models, \(prices.count) prices, in US dollars per million tokens at list price. Reasoning costs \
      what output costs.
      “>272k” is for whole requests of more input than that. Version \(catalogue.version).

      """
  }

  /// One row a price, with a heading, as RFC 4180 has it; an unknown value is empty.
  package var csv: String {
    let heading =
      ["model", "provider", "aliases"] + Rates.classes.map(\.name)
      + [
        "long_context_above", "long_context_input", "long_context_output", "web_search_per_1000",
        "valid_from",
        "valid_until", "source", "checked", "note",
      ]
    let rows = prices.map { price in
      let long = price.standard.longContext.first
      return [price.model, price.provider, catalogue.aliases(of: price.model).joined(separator: " ")]
        + Self.amounts(price.standard.rates)
        + [
          long.map { String($0.threshold) } ?? "", long.map { PriceAmount.dollars($0.rates.input) } ?? "",
          long.map { PriceAmount.dollars($0.rates.output) } ?? "",
          price.webSearch.map(PriceAmount.dollars) ?? "", price.validity.from?.description ?? "",
          price.validity.until?.description ?? "", price.source, price.checked, price.note ?? "",
        ]
    }
    return ([heading] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A price file (``PriceFile/format``) with these prices, which can be edited and used as an organisation's own.
  package var json: String {
    let models = prices.map { price in
      var fields = Self.fields(price.standard)
      fields["model"] = price.model
      fields["provider"] = price.provider
      fields["source"] = price.source
      fields["checked"] = price.checked
      fields["note"] = price.note
      fields["valid_from"] = price.validity.from?.description
      fields["valid_until"] = price.validity.until?.description
      fields["web_search"] = price.webSearch.map(PriceAmount.dollars)
      let aliases = catalogue.aliases(of: price.model)
      if !aliases.isEmpty { fields["aliases"] = aliases }
      let modes = price.modes.map { ($0.key.rawValue, Self.fields($0.value)) }
      if !modes.isEmpty { fields["modes"] = Dictionary(uniqueKeysWithValues: modes) }
      return fields
    }
    let file: [String: Any] = [
      "format": PriceFile.format, "version": catalogue.version, "currency": "USD", "models": models,
    ]
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try? JSONSerialization.data(withJSONObject: file, options: options)
    return String(decoding: data ?? Data(), as: UTF8.self) + "\n"
  }

  static func amounts(_ rates: Rates) -> [String] {
    Rates.classes.map { PriceAmount.dollars(rates[keyPath: $0.path]) }
  }

  /// Rows with columns of equal width, two blanks apart; those in `right` are flush right.
  static func aligned(_ rows: [[String]], right: ClosedRange<Int>) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, cell in
        let (text, width) = cell
        let blanks = String(repeating: " ", count: width - text.count)
        return right.contains(column) ? blanks + text : text + blanks
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private static func longContext(_ tariff: Tariff) -> String {
    guard let first = tariff.longContext.first else { return "–" }
    let more = tariff.longContext.count - 1
    return
      ">\(first.threshold / 1000)k \(PriceAmount.dollars(first.rates.input))/\(PriceAmount.dollars(first.rates.output))"
      + (more > 0 ? " +\(more)" : "")
  }

  private static func fields(_ tariff: Tariff) -> [String: Any] {
    var fields = Self.fields(tariff.rates)
    if !tariff.longContext.isEmpty {
      fields["long_context"] = tariff.longContext.map { tier in
        Self.fields(tier.rates).merging(["above": tier.threshold]) { first, _ in first }
      }
    }
    return fields
  }

  private static func fields(_ rates: Rates) -> [String: Any] {
    Dictionary(
      uniqueKeysWithValues: Rates.classes.map { ($0.name, PriceAmount.dollars(rates[keyPath: $0.path])) })
  }

  private static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
