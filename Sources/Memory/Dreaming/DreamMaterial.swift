package import Effects
import Foundation
package import Journal
import Ledger

/// What a consolidation is made from: what is remembered, and what of the time's interactive runs may be learned from.
///
/// Who could have written it is settled before anything else: what anybody but the person and trusted systems had a hand in
/// is not among the candidates, however often it was said, and no model is shown it.
package struct DreamMaterial: Hashable, Sendable {
  /// What is remembered for good, as it stands.
  package var lasting: [MemoryEntry]
  package var candidates: [Candidate]

  /// A text that may be learned from.
  package struct Candidate: Hashable, Sendable {
    /// Eight hexadecimal digits; the same for the same text of the same source.
    package var id: String
    package var text: String
    package var provenance: MemoryProvenance
    package var source: MemorySource
    package var labels: Labels
  }

  /// An interactive run of the agent's for the person, as far as it is kept.
  package struct PastRun: Hashable, Sendable {
    package var run: Run
    /// What it was shown by `recall`.
    package var recalled: [String]

    package init(_ run: Run, recalled: [String]) {
      self.run = run
      self.recalled = recalled
    }
  }

  /// - Parameters:
  ///   - runs: Of the keeper; those that no person began are left out here.
  ///   - entries: Of the keeper.
  ///   - most: Bytes of all candidates; of more the newest stay.
  package init(runs: [PastRun], entries: [MemoryEntry], most: Int = 24_000) {
    let lasting = entries.filter { $0.tier == .lasting }
    self.lasting = lasting
    let interactive = runs.filter(\.run.isInteractive)
    var found: [Candidate] = []
    for past in interactive {
      guard case .whole(let purpose) = past.run.purpose, purpose.origin == .owner else { continue }
      found.append(
        Candidate(purpose.text, .owner, .run(past.run.id, step: nil), purpose.labels))
    }
    let known = Dictionary(interactive.map { ($0.run.id, $0) }) { first, _ in first }
    for note in entries where note.tier == .note && note.provenance.isTrusted {
      guard case .run(let run, _)? = note.sources.first, let past = known[run] else { continue }
      // What it had only read in its memory it would learn from itself, again and again.
      guard !MemoryText.repeats(note.text, past.recalled) else { continue }
      found.append(Candidate(note.text, note.provenance, .run(run, step: nil), note.labels))
    }
    var bytes = 0
    candidates = found.filter { candidate in
      // Nor is there anything to learn in what stands there already.
      !lasting.contains { MemoryText.plain(candidate.text) == $0.text }
    }.suffix(while: { candidate in
      bytes += candidate.text.utf8.count + 60
      return bytes <= most
    })
  }

  /// As the model is shown it: fenced, for it is what is to be worked on and no instruction.
  package var text: String {
    let remembered = lasting.map { MemoryFence.fenced($0.text, "remembered", $0.id.short, "") }
    let learned = candidates.map { candidate in
      let who = candidate.provenance == .owner ? "by the person" : "by the agent"
      return MemoryFence.fenced(candidate.text, "said", candidate.id, who)
    }
    let nothing = "Nothing is remembered yet."
    return
      ([remembered.isEmpty ? nothing : "Remembered:"] + remembered + ["", "From the runs since then:"]
      + learned)
      .joined(separator: "\n")
  }
}

extension DreamMaterial.Candidate {
  init(_ text: String, _ provenance: MemoryProvenance, _ source: MemorySource, _ labels: Labels) {
    let place =
      switch source {
      case .person: "person"
      case .run(let run, let step): "\(run.rawValue) \(step ?? 0)"
      }
    self.init(
      id: String(Fingerprint.digits(of: [place, text]).prefix(8)), text: text, provenance: provenance,
      source: source, labels: labels)
  }
}

extension Array {
  /// The longest end of it whose elements, from the last on, all satisfy a condition.
  fileprivate func suffix(while isIn: (Element) -> Bool) -> [Element] {
    var taken: [Element] = []
    for element in reversed() {
      guard isIn(element) else { break }
      taken.append(element)
    }
    return taken.reversed()
  }
}
