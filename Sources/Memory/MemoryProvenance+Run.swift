package import Effects
import Foundation
import Ledger

extension MemoryProvenance {
  /// Of a text that a model wants remembered.
  ///
  /// - Parameter seen: Every passage that it had been shown by then.
  package init(of text: String, seen: [Passage]) {
    let places = seen.compactMap { if case .untrusted(let place) = $0.origin { place } else { nil } }
    let words = seen.filter { $0.origin == .owner }.map(\.text)
    if words.contains(where: { MemoryText.says($0, text) }) {
      self = .owner
    } else {
      self = places.isEmpty ? .composed : .untrusted(Set(places).sorted())
    }
  }
}

extension MemoryEntry {
  /// As a model is shown it: data with where it is from, fenced like every text that is not the owner's request.
  package var passage: Passage {
    let origin: Origin =
      switch provenance {
      // Said on another day, for another purpose: not what the owner asks for now.
      case .owner, .composed: .system("memory")
      case .untrusted(let places): .untrusted("memory, from \(places.joined(separator: ", "))")
      }
    let day = kept.date.formatted(.iso8601.year().month().day())
    return Passage(
      MemoryFence.fenced(text, "remembered", id.short, "kept \(day)"), from: origin, labels: labels)
  }
}
