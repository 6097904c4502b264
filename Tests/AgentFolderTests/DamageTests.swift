import Foundation
import Statistics
import Testing

@testable import AgentFolder

@Suite("Damaged folders of agents")
struct DamageTests {
  @Test func `Whatever bytes are put in, a folder is read or refused, and says where`() throws {
    var random = SeededRandom(seed: 5)
    let folder = try TestFolder(["AGENT.md": agent])
    let pieces = [
      "---\n", "\n", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!map ", "<<: ", "\"", "|\n", "? ", "\t",
      "é", "0x1f",
    ]
    var refused = 0
    for _ in 0..<300 {
      var text = Array(agent)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text.insert(contentsOf: pieces.randomElement(using: &random) ?? "", at: place)
        case 1: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...40, using: &random)))
        default: text.insert(contentsOf: text[place..<min(text.count, place + 200)], at: place)
        }
      }
      try folder.write("AGENT.md", String(text))
      let problems = AgentFolder.check(at: folder.path)
      if !problems.isEmpty { refused += 1 }
      #expect(problems.allSatisfy { $0.file == "AGENT.md" && $0.sentence.count < 900 })
      #expect(problems.allSatisfy { $0.line.map { (1...300).contains($0) } ?? true })
    }
    #expect(refused > 100)
  }

  @Test func `The nearest known key is told, and none where none is near`() {
    #expect(nearest(to: "Bugdet", of: AgentSettings.keys) == "budget")
    #expect(nearest(to: "schedules", of: AgentSettings.keys) == "schedule")
    #expect(nearest(to: "colour", of: AgentSettings.keys) == nil)
    #expect(nearest(to: String(repeating: "x", count: 10_000), of: AgentSettings.keys) == nil)
  }
}
