import Foundation

/// Takes the fields of one JSON object of a price file, and notes what is wrong with them.
struct PriceFields {
  private let object: [String: Any]
  /// How the object is called in errors; `nil` for the file itself.
  let entry: String?
  /// Put before the names of fields: `modes.batch.`.
  private let path: String
  var problems: [PriceFileError.Problem] = []

  init(_ object: [String: Any], entry: String?, path: String = "") {
    self.object = object
    self.entry = entry
    self.path = path
  }

  mutating func refuse(_ field: String?, _ message: String) {
    problems.append(.init(entry: entry, field: field.map { path + $0 }, message: message))
  }

  /// Refuses every field that is not among `known`: a misspelt one would otherwise be silently without effect.
  mutating func allow(_ known: [String]) {
    for key in object.keys.sorted() where !known.contains(key) {
      refuse(
        key,
        "is not a field of the format; remove it, or correct it to one of \(known.joined(separator: ", "))")
    }
  }

  func string(_ key: String) -> String? { object[key] as? String }

  mutating func optional(_ key: String) -> String? {
    guard let value = object[key] else { return nil }
    guard let text = value as? String, !text.isEmpty else {
      refuse(key, "must be a string, and not an empty one")
      return nil
    }
    return text
  }

  mutating func required(_ key: String, default fallback: String? = nil) -> String? {
    guard object[key] == nil else { return optional(key) }
    if fallback == nil { refuse(key, "is missing; add it") }
    return fallback
  }

  mutating func strings(_ key: String) -> [String] {
    guard let value = object[key] else { return [] }
    guard let texts = value as? [String], !texts.contains("") else {
      refuse(key, "must be a list of strings, none of them empty")
      return []
    }
    return texts
  }

  mutating func day(_ key: String) -> CalendarDay? {
    guard let text = optional(key) else { return nil }
    guard let day = CalendarDay(text) else {
      refuse(key, "“\(text)” is not a day; write it as 2026-11-21")
      return nil
    }
    return day
  }

  /// The objects of a required list, each ready to be read on its own.
  mutating func objects(_ key: String) -> [PriceFields] {
    guard let list = object[key] as? [Any] else {
      refuse(key, object[key] == nil ? "is missing; add a list of entries" : "must be a list of objects")
      return []
    }
    return list.enumerated().compactMap { index, value in
      let name = "\(path)\(key)[\(index)]"
      guard let object = value as? [String: Any] else {
        problems.append(.init(entry: entry ?? name, message: "must be an object"))
        return nil
      }
      let model = (object["model"] as? String).map { " (\($0))" } ?? ""
      return entry.map { PriceFields(object, entry: $0, path: "\(name).") }
        ?? PriceFields(object, entry: name + model)
    }
  }

  mutating func amount(_ key: String, required: Bool = true) -> Int64? {
    guard let value = object[key] else {
      if required {
        refuse(key, "is missing; give its price, or the input price if the provider asks no other")
      }
      return nil
    }
    if let text = value as? String, let amount = PriceAmount.nanoDollars(text) { return amount }
    let shown = (value as? String).map { "“\($0)”" } ?? "a value that is not a string"
    refuse(key, "\(shown) is not a price; write dollars as a string of digits with a point, such as \"2.50\"")
    return nil
  }

  /// The five prices, if all are there.
  private mutating func rates() -> Rates? {
    var rates = Rates(input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0)
    var isComplete = true
    for (name, path) in Rates.classes {
      if let amount = amount(name) { rates[keyPath: path] = amount } else { isComplete = false }
    }
    return isComplete ? rates : nil
  }

  /// The five prices and those for long contexts.
  mutating func tariff() -> Tariff? {
    guard let rates = rates() else { return nil }
    var tariff = Tariff(rates: rates)
    guard object["long_context"] != nil else { return tariff }
    for var fields in objects("long_context") {
      fields.allow(["above"] + Rates.classes.map(\.name))
      let threshold = (fields.object["above"] as? NSNumber).flatMap { Int64(exactly: $0.doubleValue) }
      if let threshold, threshold > 0 {
        if let rates = fields.rates() { tariff.longContext.append(.init(threshold: threshold, rates: rates)) }
      } else {
        fields.refuse("above", "must be a whole number of input tokens, such as 200000")
      }
      problems += fields.problems
    }
    tariff.longContext.sort { $0.threshold < $1.threshold }
    return tariff
  }

  mutating func modes(_ standard: Tariff) -> [ModelPrice.Mode: Tariff] {
    guard let value = object["modes"] else { return [:] }
    guard let listed = value as? [String: Any] else {
      refuse("modes", "must be an object")
      return [:]
    }
    var modes: [ModelPrice.Mode: Tariff] = [:]
    for (name, value) in listed.sorted(by: { $0.key < $1.key }) {
      let field = "modes.\(name)"
      guard let mode = ModelPrice.Mode(rawValue: name) else {
        let known = ModelPrice.Mode.allCases.map(\.rawValue).joined(separator: ", ")
        refuse(field, "is not a mode of service; use one of \(known)")
        continue
      }
      if let prices = value as? [String: Any] {
        var fields = PriceFields(prices, entry: entry, path: "\(path)\(field).")
        fields.allow(Rates.classes.map(\.name) + ["long_context"])
        modes[mode] = fields.tariff()
        problems += fields.problems
      } else if let text = value as? String, let factor = PriceAmount.Factor(text) {
        modes[mode] = standard.multiplied(by: factor)
        if modes[mode] == nil {
          refuse(
            field, "multiplying by \(text) gives no whole nano-dollars, or too many; write the prices out")
        }
      } else {
        refuse(field, "must be a factor as a string, such as \"0.5\", or an object with the five prices")
      }
    }
    return modes
  }
}
