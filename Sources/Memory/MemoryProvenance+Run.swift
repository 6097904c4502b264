package import Effects
import Foundation
import Gate
import Ledger

extension MemoryProvenance {
  /// Of a text that a model wants remembered.
  ///
  /// - Parameter seen: Every passage that it had been shown by then.
  package init(of text: String, seen: [Passage]) {
    let sources = Gate(policy: Policy(), grants: []).sources(
      of: ["text": .string(text)], RememberTool.declared, seen: seen)
    switch sources.first?.source {
    case .owner: self = .owner
    case .system: self = .composed
    case .untrusted(let places), .composed(let places): self = places.isEmpty ? .composed : .untrusted(places)
    case nil: self = .untrusted([])
    }
    // A text that stands in a trusted system's words stands there among others' all the same: which one was kept, they
    // could have chosen.
    if self == .composed {
      let places = seen.compactMap { if case .untrusted(let place) = $0.origin { place } else { nil } }
      if !places.isEmpty { self = .untrusted(Set(places).sorted()) }
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
