/// Says which price a model's name leads to, or what to do if it leads to none.
package struct PriceExplanation: Sendable {
  private let name: String
  private let instant: Instant
  private let catalogue: PriceCatalogue

  package init(of name: String, at instant: Instant, in catalogue: PriceCatalogue) {
    self.name = name
    self.instant = instant
    self.catalogue = catalogue
  }

  package var isPriced: Bool { catalogue.price(model: name, at: instant) != nil }

  package var text: String {
    guard let price = catalogue.price(model: name, at: instant) else { return unpriced }
    let aliases = catalogue.aliases(of: price.model)
    var lines = ["\(name) is priced as \(price.model) (\(price.provider))."]
    if !aliases.isEmpty { lines.append("Also known as \(aliases.joined(separator: ", ")).") }
    lines.append("")
    lines += PriceTable.aligned([Self.heading] + Self.rows(price), right: 1...5)
    lines.append("")
    if let search = price.webSearch {
      lines.append("Web search: \(PriceAmount.dollars(search)) dollars per thousand.")
    }
    lines.append("Valid \(Self.period(price.validity)). Source: \(price.source), checked \(price.checked).")
    if let note = price.note { lines.append(note) }
    let others = catalogue.periods(of: name).filter { $0 != price }
    for other in others {
      let amounts = zip(Rates.classes, PriceTable.amounts(other.standard.rates)).map { "\($0.name) \($1)" }
      lines.append("Another price, \(Self.period(other.validity)): \(amounts.joined(separator: ", ")).")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let heading = ["DOLLARS PER MILLION", "IN", "CACHE READ", "WRITE 5M", "WRITE 1H", "OUT"]

  private static func rows(_ price: ModelPrice) -> [[String]] {
    let modes = ModelPrice.Mode.allCases.compactMap { mode in price.modes[mode].map { (mode.rawValue, $0) } }
    return ([("standard", price.standard)] + modes).flatMap { name, tariff in
      [[name] + PriceTable.amounts(tariff.rates)]
        + tariff.longContext.map { ["\(name), input above \($0.threshold)"] + PriceTable.amounts($0.rates) }
    }
  }

  private static func period(_ validity: Validity) -> String {
    switch (validity.from, validity.until) {
    case (nil, nil): "at all times"
    case (let from?, nil): "from \(from)"
    case (nil, let until?): "until \(until)"
    case (let from?, let until?): "from \(from) until \(until)"
    }
  }

  private var unpriced: String {
    let periods = catalogue.periods(of: name).map { Self.period($0.validity) }
    let reason =
      periods.isEmpty
      ? "\(name) is unpriced: no price file names it."
      : "\(name) is unpriced now: its prices are valid \(periods.joined(separator: ", "))."
    return """
      \(reason)
      Its tokens are counted, and reports show them as unpriced. To price it, write a file such as

        {
          "format": "\(PriceFile.format)", "currency": "USD",
          "provider": "…", "source": "where the prices are from", "checked": "2026-11-21",
          "models": [
            {"model": "\(Self.escaped(name))", "input": "1.25", "cache_read": "0.125",
             "cache_write_5m": "1.25", "cache_write_1h": "1.25", "output": "10"}
          ]
        }

      with its dollars per million tokens, and name the file with --prices or in ASSAY_PRICES. If the name is
      another one of a model that has a price, make it an entry of that model’s “aliases” instead.

      """
  }

  private static func escaped(_ name: String) -> String {
    name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
