import AgentFolder
import Agents
import Foundation
import Testing

struct RosterTests {
  private func write(_ text: String, _ path: String) throws {
    let place = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  private func agent(_ description: String) -> String {
    """
    ---
    description: \(description)
    model: claude-sonnet-5
    budget: {run: {tokens: 1000}, day: {tokens: 1000}}
    ---
    Work.
    """
  }

  @Test func `what is changed in a folder is seen at the next look, however it was changed`() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "roster-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: place) }
    let file = place + "/clerk/AGENT.md"
    try write(agent("One"), file)
    let roster = AgentRoster(directory: place)
    func seen() -> [String] {
      roster.all().map { name, folder in (try? folder.get())?.settings.description ?? "\(name) cannot be used"
      }
    }
    #expect(seen() == ["One"] && seen() == ["One"])
    // As long, in place, and with its time set back.
    let before = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate]
    try write(agent("Two"), file)
    try FileManager.default.setAttributes(
      [.modificationDate: try #require(before as? Date)], ofItemAtPath: file)
    #expect(seen() == ["Two"])
    try write(agent("Three"), place + "/other/AGENT.md")
    #expect(seen() == ["Two", "Three"])
    try write("#!/bin/sh\n", place + "/other/skills/x/run.sh")
    #expect(seen() == ["Two", "other cannot be used"])
    try FileManager.default.removeItem(atPath: place + "/clerk")
    #expect(seen() == ["other cannot be used"])
  }
}
