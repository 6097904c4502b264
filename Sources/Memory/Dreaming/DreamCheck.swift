package import Effects
import Gate
import Ledger

/// Why a proposal does not fit a memory.
package enum DreamMisfit: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case noSource(String)
  case unknown(source: String)
  case unknownEntry(String)
  case twice(String)
  case notPlain(String)
  case tooLong(String, bytes: Int, most: Int)
  case overfull(bytes: Int, most: Int)
  case losesTooMuch(changed: Int, of: Int, most: Int)
  case personsOwn(String)
  case foreignAddress(String, in: String)

  package var description: String {
    switch self {
    case .empty: "It changes nothing."
    case .noSource(let text): "“\(text.prefix(60))” names no source."
    case .unknown(let source): "There is no source \(source) among what was shown."
    case .unknownEntry(let id): "Nothing of the name \(id) is remembered."
    case .twice(let id): "\(id) is changed twice."
    case .notPlain(let text):
      "“\(text.prefix(60))” has nothing in it, or characters that cannot be seen, or what looks like a credential."
    case .tooLong(let text, let bytes, let most):
      "“\(text.prefix(60))” takes \(bytes) bytes; at most \(most)."
    case .overfull(let bytes, let most):
      "The memory would take \(bytes) bytes; at most \(most). Put less in, or take more away."
    case .losesTooMuch(let changed, let all, let most):
      "It changes or takes away \(changed) of \(all) entries; at most \(most) in one night."
    case .personsOwn(let id): "\(id) was written by the person; only they change it."
    case .foreignAddress(let address, let text):
      "“\(text.prefix(60))” has \(address) in it, which none of its sources has."
    }
  }
}

extension DreamMaterial {
  /// Makes of what a model proposed what may be put to the person.
  ///
  /// - Parameters:
  ///   - arguments: Of ``ProposeMemoryTool``.
  ///   - name: Names what is new, so that the same proposal is the same again.
  package func changes(
    proposed arguments: JSON, naming name: (Int) -> MemoryID, within limits: MemoryLimits
  ) throws(DreamMisfit) -> [MemoryChange] {
    var changes: [MemoryChange] = []
    for one in Self.list(arguments["add"]) {
      changes.append(.add(try learned(one, replacing: [], name(changes.count), limits)))
    }
    for one in Self.list(arguments["replace"]) {
      let old = try Self.list(one["entries"]).map { id throws(DreamMisfit) in try entry(id.string ?? "") }
      changes.append(
        .replace(old.map(\.id), by: try learned(one, replacing: old, name(changes.count), limits)))
    }
    for one in Self.list(arguments["forget"]) {
      let reason = MemoryText.plain(one["because"]?.string ?? "") ?? "no reason was given"
      changes.append(
        .forget(try entry(one["entry"]?.string ?? "").id, because: String(reason.prefix(200))))
    }
    try lasting.check(changes, within: limits)
    return changes
  }

  private static func list(_ json: JSON?) -> [JSON] {
    if case .array(let elements)? = json { elements } else { [] }
  }

  private func entry(_ name: String) throws(DreamMisfit) -> MemoryEntry {
    guard name.utf8.count >= 8, let entry = lasting.first(where: { $0.id.rawValue.hasPrefix(name) }) else {
      throw .unknownEntry(String(name.prefix(40)))
    }
    return entry
  }

  private func learned(
    _ one: JSON, replacing old: [MemoryEntry], _ id: MemoryID, _ limits: MemoryLimits
  ) throws(DreamMisfit) -> MemoryChange.Learned {
    let said = one["text"]?.string ?? ""
    guard let text = MemoryText.plain(said) else { throw .notPlain(said) }
    guard text.utf8.count <= limits.entryBytes else {
      throw .tooLong(text, bytes: text.utf8.count, most: limits.entryBytes)
    }
    var texts = old.map(\.text)
    var words = old.filter { $0.provenance == .owner }.map(\.text)
    var sources = old.flatMap(\.sources)
    var labels = old.reduce(into: Labels()) { $0.formUnion($1.labels) }
    for source in Self.list(one["sources"]) {
      let name = source.string ?? ""
      if let candidate = candidates.first(where: { $0.id == name }) {
        texts.append(candidate.text)
        if candidate.provenance == .owner { words.append(candidate.text) }
        sources.append(candidate.source)
        labels.formUnion(candidate.labels)
      } else if let entry = lasting.first(where: { name.utf8.count >= 8 && $0.id.rawValue.hasPrefix(name) }) {
        texts.append(entry.text)
        if entry.provenance == .owner { words.append(entry.text) }
        sources += entry.sources
        labels.formUnion(entry.labels)
      } else {
        throw .unknown(source: String(name.prefix(40)))
      }
    }
    guard !sources.isEmpty else { throw .noSource(text) }
    let known = Set(texts.flatMap(Addresses.found))
    if let foreign = Addresses.found(in: text).first(where: { !known.contains($0) }) {
      throw .foreignAddress(foreign, in: text)
    }
    let isWord = words.contains { MemoryText.says($0, text) }
    var each: [MemorySource] = []
    for source in sources where !each.contains(source) { each.append(source) }
    return MemoryChange.Learned(
      id: id, text: text, provenance: isWord ? .owner : .composed, sources: each, labels: labels)
  }
}

extension [MemoryEntry] {
  /// Whether changes fit these lasting entries: asked when they are proposed and again when they are applied.
  package func check(_ changes: [MemoryChange], within limits: MemoryLimits) throws(DreamMisfit) {
    guard !changes.isEmpty else { throw .empty }
    let lasting = filter { $0.tier == .lasting }
    var removed: Set<MemoryID> = []
    for id in changes.flatMap(\.removed) {
      guard let entry = lasting.first(where: { $0.id == id }) else { throw .unknownEntry(id.short) }
      guard !entry.sources.contains(.person) else { throw .personsOwn(id.short) }
      guard removed.insert(id).inserted else { throw .twice(id.short) }
    }
    let most = Swift.max(1, lasting.count * limits.mostChangedPercent / 100)
    guard removed.count <= most else {
      throw .losesTooMuch(changed: removed.count, of: lasting.count, most: most)
    }
    let bytes =
      lasting.filter { !removed.contains($0.id) }.reduce(0) { $0 + $1.text.utf8.count }
      + changes.compactMap(\.added).reduce(0) { $0 + $1.text.utf8.count }
    guard bytes <= limits.lastingBytes else { throw .overfull(bytes: bytes, most: limits.lastingBytes) }
  }
}
