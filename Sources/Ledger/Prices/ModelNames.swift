/// Finds the model behind a name as tools and gateways write it. The rules are exact; nothing is guessed: a name
/// that no rule explains is unknown, however much it looks like a known one.
///
/// A name is a model's own or an alias, written as is or, after its provider's rules, with one of the provider's
/// prefixes (`us.anthropic.`), a snapshot's date (`-20251001`, `-2026-03-05`, `@20251001`) and one of the
/// provider's suffixes (`[1m]`, `-v1:0`). A snapshot that is listed by its own name has its own price; any other
/// costs what its model costs. Case does not matter.
struct ModelNames: Sendable, Hashable {
  /// The decorations that a provider's names may carry.
  struct Forms: Sendable, Hashable {
    var prefixes: Set<String> = []
    var suffixes: Set<String> = []
  }

  /// Own names and aliases, in lower case, to canonical names.
  private(set) var exact: [String: String] = [:]
  /// Which providers' forms a model's names may take.
  private var providers: [String: Set<String>] = [:]
  private var forms: [String: Forms] = [:]

  mutating func add(model: String, provider: String, aliases: some Sequence<String>) {
    exact[model.lowercased()] = model
    providers[model, default: []].insert(provider)
    for alias in aliases { exact[alias.lowercased()] = model }
  }

  mutating func add(_ more: Forms, to provider: String) {
    forms[provider, default: Forms()].prefixes.formUnion(more.prefixes.map { $0.lowercased() })
    forms[provider, default: Forms()].suffixes.formUnion(more.suffixes.map { $0.lowercased() })
  }

  /// The canonical name of the model called `name`.
  func canonical(_ name: String) -> String? {
    if let model = exact[name] { return model }
    // Names are short; what is longer is not one, and is not worth the search.
    guard name.utf8.count <= 200 else { return nil }
    let name = name.lowercased()
    if let model = exact[name] { return model }
    // The rule that takes away least is the one that is meant, whatever the order of the sets.
    var found: (stem: Substring, model: String)?
    for (provider, forms) in forms {
      for start in [""] + forms.prefixes where name.hasPrefix(start) {
        for end in [""] + forms.suffixes where name.hasSuffix(end) && start.count + end.count < name.count {
          let stem = name.dropFirst(start.count).dropLast(end.count)
          for candidate in [stem, Self.withoutDate(stem)] {
            guard let candidate, let model = exact[String(candidate)],
              providers[model]?.contains(provider) == true
            else { continue }
            if found.map({ candidate.count > $0.stem.count }) ?? true { found = (candidate, model) }
          }
        }
      }
    }
    return found?.model
  }

  /// `name` without the date of a snapshot at its end, or `nil` if it has none.
  private static func withoutDate(_ name: Substring) -> Substring? {
    for length in [8, 10] where name.count > length + 1 {
      let date = name.suffix(length)
      let stem = name.dropLast(length)
      let mark = stem.last
      guard mark == "-" || (mark == "@" && length == 8) else { continue }
      let day =
        length == 10 ? String(date) : "\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
      if CalendarDay(day) != nil { return stem.dropLast() }
    }
    return nil
  }
}
