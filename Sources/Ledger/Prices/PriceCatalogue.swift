import Foundation

/// The prices of models: those built in, and an organisation's own on top of them.
///
/// A value: reading it from several tasks at once is safe, and adding a file makes another catalogue.
package struct PriceCatalogue: Sendable, Hashable {
  /// Every period of every model: by provider and model, the newest first, an organisation's own before ours.
  package private(set) var prices: [ModelPrice] = []
  /// Changes whenever any price does: costs derived with another version are stale.
  package private(set) var version: String

  private var periods: [String: [ModelPrice]] = [:]
  private var names = ModelNames()

  private init() { version = "" }

  /// The catalogue that is compiled in.
  /// - Throws: Only if a file in the catalogue is invalid, which the tests exclude.
  package static func builtIn() throws(PriceFileError) -> PriceCatalogue {
    var catalogue = PriceCatalogue()
    for (name, bytes) in Self.files {
      try catalogue.add(PriceFile(named: name, bytes: bytes))
    }
    return catalogue
  }

  /// The built-in catalogue with an organisation's own file, if any, on top.
  package static func builtIn(withFileAt path: String?) throws(PriceFileError) -> PriceCatalogue {
    var catalogue = try builtIn()
    if let path { try catalogue.add(PriceFile(at: path)) }
    return catalogue
  }

  /// Puts `file` on top: its entries come before those already here wherever they are valid, and its aliases
  /// replace those already here. An entry under another name of a known model is one of that model.
  package mutating func add(_ file: PriceFile) {
    for (provider, forms) in file.forms { names.add(forms, to: provider) }
    var added: [String: [ModelPrice]] = [:]
    for entry in file.entries {
      var price = entry.price
      price.model = names.exact[price.model.lowercased()] ?? price.model
      names.add(model: price.model, provider: price.provider, aliases: entry.aliases)
      added[price.model, default: []].append(price)
    }
    for (model, newer) in added {
      let sorted = newer.sorted {
        ($0.validity.from?.start.milliseconds ?? .min) > ($1.validity.from?.start.milliseconds ?? .min)
      }
      periods[model] = sorted + (periods[model] ?? [])
    }
    prices = periods.sorted { a, b in
      (a.value.first?.provider ?? "", a.key) < (b.value.first?.provider ?? "", b.key)
    }.flatMap(\.value)
    let content = Array(version.utf8) + file.bytes
    version = content.withUnsafeBufferPointer { Key128(space: "prices", $0) }.hexadecimal
  }

  /// What `model` costs at `instant`: of the prices valid then, an organisation's own before ours, the newest.
  /// `nil` if there is none: the model is then unpriced, which is to be said, and its tokens still count.
  package func price(model: String, at instant: Instant) -> ModelPrice? {
    periods(of: model).first { $0.validity.contains(instant) }
  }

  /// The canonical name of a model that goes by `name`.
  package func canonicalName(of name: String) -> String? { names.canonical(name) }

  /// All prices of a model that goes by `name`, those that come first when valid first.
  package func periods(of name: String) -> [ModelPrice] {
    guard let model = names.canonical(name) else { return [] }
    return periods[model] ?? []
  }

  /// The other names listed for a model, sorted.
  package func aliases(of model: String) -> [String] {
    names.exact.filter { $0.value == model && $0.key != model.lowercased() }.keys.sorted()
  }

  private static let files: [(name: String, bytes: [UInt8])] = [
    ("anthropic.json", PackageResources.anthropic_json),
    ("cursor.json", PackageResources.cursor_json),
    ("deepseek.json", PackageResources.deepseek_json),
    ("google.json", PackageResources.google_json),
    ("mistral.json", PackageResources.mistral_json),
    ("moonshot.json", PackageResources.moonshot_json),
    ("openai.json", PackageResources.openai_json),
    ("qwen.json", PackageResources.qwen_json),
    ("xai.json", PackageResources.xai_json),
    ("zai.json", PackageResources.zai_json),
  ]
}
