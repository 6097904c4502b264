import Foundation

/// The contents of one price file, ours or an organisation's.
///
/// The format, `assay.prices/1`, is a JSON object of `format`, `currency` ("USD"), `models`, and defaults for its
/// entries: `provider`, `source` and `checked`. `prefixes` and `suffixes` are what the names of that provider's
/// models may carry; `notes` are for people. An entry of `models` holds
/// - `model`, the canonical name, and `aliases`;
/// - `input`, `cache_read`, `cache_write_5m`, `cache_write_1h`, `output`: dollars per million tokens as strings.
///   All five are required, since a missing price is not zero: a provider that gives no discount on cached tokens
///   charges the input price;
/// - `long_context`: objects with `above` (input tokens, a number) and the five prices;
/// - `modes`: for `batch`, `flex`, `priority` and `fast` a string that multiplies every price, or an object with
///   the five prices and, if there is one, a `long_context` of its own;
/// - `web_search`: dollars per thousand searches;
/// - `valid_from`, `valid_until`: days in UTC, both included; two entries of one model are two periods;
/// - `provider`, `source`, `checked` and a `note`.
package struct PriceFile: Sendable {
  struct Entry: Sendable {
    var price: ModelPrice
    var aliases: [String]
  }

  package static let format = "assay.prices/1"
  /// A thousand times our largest file.
  static let maximumBytes = 16 << 20

  let bytes: [UInt8]
  private(set) var entries: [Entry] = []
  private(set) var forms: [String: ModelNames.Forms] = [:]

  /// Reads the file at `path`.
  package init(at path: String) throws(PriceFileError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PriceFileError(
        file: path,
        problems: [.init(message: "cannot be read; check that the path is right and that you may read it")])
    }
    try self.init(named: path, bytes: [UInt8](data))
  }

  /// - Parameter name: What the file is called in errors.
  package init(named name: String, bytes: [UInt8]) throws(PriceFileError) {
    self.bytes = bytes
    var problems: [PriceFileError.Problem] = []
    if bytes.count > Self.maximumBytes {
      problems.append(.init(message: "is larger than 16 MiB, which no price file is"))
    } else if let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] {
      var reader = PriceFields(object, entry: nil)
      read(&reader)
      problems = reader.problems
    } else {
      problems.append(.init(message: "is not a JSON object; see `assay prices --json` for one that is"))
    }
    guard problems.isEmpty else { throw PriceFileError(file: name, problems: problems) }
  }

  private mutating func read(_ file: inout PriceFields) {
    file.allow([
      "format", "version", "currency", "provider", "source", "checked", "notes", "prefixes", "suffixes",
      "models",
    ])
    if file.required("format") != Self.format {
      file.refuse("format", "must be \"\(Self.format)\"; this version of Assay reads no other")
    }
    if file.required("currency") != "USD" {
      file.refuse("currency", "must be \"USD\"; convert the prices to US dollars")
    }
    let provider = file.optional("provider")
    let decorations = ModelNames.Forms(
      prefixes: Set(file.strings("prefixes")), suffixes: Set(file.strings("suffixes")))
    if let provider {
      forms[provider] = decorations
    } else if !decorations.prefixes.isEmpty || !decorations.suffixes.isEmpty {
      file.refuse("provider", "is missing; prefixes and suffixes belong to the provider of the whole file")
    }
    for key in ["source", "checked"] { _ = file.optional(key) }

    var starts: [String: Set<String>] = [:]
    var owners: [String: String] = [:]
    for var fields in file.objects("models") {
      if let entry = Self.entry(&fields, defaults: file) {
        let model = entry.price.model.lowercased()
        let start = entry.price.validity.from?.description ?? "the beginning"
        if !starts[model, default: []].insert(start).inserted {
          fields.refuse("valid_from", "another entry of this model also begins at \(start); keep one of them")
        }
        for name in [entry.price.model] + entry.aliases {
          let owner = owners[name.lowercased(), default: model]
          if owner != model {
            fields.refuse("aliases", "“\(name)” is also a name of \(owner); keep one of them")
          }
          owners[name.lowercased()] = owner
        }
        entries.append(entry)
      }
      file.problems += fields.problems
    }
  }

  private static func entry(_ fields: inout PriceFields, defaults file: PriceFields) -> Entry? {
    fields.allow(
      Rates.classes.map(\.name) + [
        "model", "aliases", "long_context", "modes", "web_search", "valid_from", "valid_until", "provider",
        "source", "checked", "note",
      ])
    let model = fields.required("model")
    let provider = fields.required("provider", default: file.string("provider"))
    let source = fields.required("source", default: file.string("source"))
    let checked = fields.required("checked", default: file.string("checked"))
    if let checked, CalendarDay(checked) == nil {
      fields.refuse("checked", "“\(checked)” is not a day; write it as 2026-11-21")
    }
    let validity = Validity(from: fields.day("valid_from"), until: fields.day("valid_until"))
    if let from = validity.from, let until = validity.until, until < from {
      fields.refuse("valid_until", "is before valid_from")
    }
    let standard = fields.tariff()
    var modes: [ModelPrice.Mode: Tariff] = [:]
    if let standard { modes = fields.modes(standard) }
    let webSearch = fields.amount("web_search", required: false)
    let aliases = fields.strings("aliases")
    let note = fields.optional("note")
    guard fields.problems.isEmpty, let model, let provider, let source, let checked, let standard else {
      return nil
    }
    return Entry(
      price: ModelPrice(
        model: model, provider: provider, standard: standard, modes: modes, webSearch: webSearch,
        validity: validity, source: source, checked: checked, note: note),
      aliases: aliases)
  }
}
