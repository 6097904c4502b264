import Arena
import Foundation
import Ledger
import Testing

@Suite("Simulated organisations with a label for every token")
struct ArenaOrganisationTests {
  @Test("The same seed writes the same bytes and commits; another seed writes others")
  func deterministic() async throws {
    let root = WrittenDemo.directory()
    func write(_ seed: UInt64) async throws -> [String: Data] {
      defer { try? FileManager.default.removeItem(at: root) }
      let people = Dictionary(uniqueKeysWithValues: PersonKind.allCases.map { ($0, 1) })
      try await ArenaOrganisation(seed: seed, weeks: 2, people: people).write(to: root)
      var contents: [String: Data] = [:]
      let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
      while let file = walk?.nextObject() as? URL {
        // Of a repository what it holds counts, which its head tells; its index has the times of files.
        let isGit = file.path.contains("/.git/")
        guard !isGit || file.path.contains("/.git/refs/heads/"),
          try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
        else { continue }
        contents[String(file.path.dropFirst(root.path.count))] = try Data(contentsOf: file)
      }
      return contents
    }
    let first = try await write(3)
    let second = try await write(3)
    let other = try await write(4)
    #expect(first.count > 200)
    #expect(first.contains { $0.key.contains("/refs/heads/") })
    #expect(Set(first.keys) == Set(second.keys))
    #expect(first.filter { second[$0.key] != $0.value }.keys.sorted() == [])
    #expect(first["/truth.json"] != other["/truth.json"])
    #expect(first.keys != other.keys)
  }

  @Test("Of the honest nothing is performed; every burner performs, and all but forgers also work")
  func labels() async throws {
    let root = WrittenDemo.directory()
    defer { try? FileManager.default.removeItem(at: root) }
    let people = Dictionary(uniqueKeysWithValues: PersonKind.allCases.map { ($0, 1) })
    let truth = try await ArenaOrganisation(seed: 11, weeks: 5, people: people).write(to: root)
    #expect(truth.people.count == PersonKind.allCases.count)
    for person in truth.people {
      let performed = person.sessions.filter(\.isPerformed)
      #expect(person.isBurner == person.kind.isBurner)
      #expect(!person.sessions.isEmpty, "\(person.kind)")
      if person.isBurner {
        #expect(!performed.isEmpty, "\(person.kind)")
      } else {
        #expect(
          performed.isEmpty && person.sessions.allSatisfy { $0.performed == TokenCounts() }, "\(person.kind)")
      }
      for session in person.sessions {
        let all = session.performed.allClassesTogether + session.real.allClassesTogether
        #expect(session.turns.reduce(0) { $0 + $1.tokens } == all, "turns add up to their session")
      }
    }
    #expect(
      truth.people.filter { !$0.schedules.isEmpty }.allSatisfy { [.nightly, .evaluator].contains($0.kind) })
    #expect(truth.people.contains { !$0.schedules.isEmpty })
    let diluted = truth.people.filter { $0.kind == .diluted }.flatMap(\.sessions)
    #expect(
      diluted.contains { $0.performed.output != nil && $0.real.output != nil }, "a session of both labels")
  }

  @Test("Burners begin in the week of the announcement and not before")
  func announcement() async throws {
    let root = WrittenDemo.directory()
    defer { try? FileManager.default.removeItem(at: root) }
    let people = Dictionary(uniqueKeysWithValues: PersonKind.burners.map { ($0, 1) })
    let organisation = ArenaOrganisation(
      seed: 5, weeks: 8, people: people, target: .init(name: "five days a week", week: 4))
    let truth = try await organisation.write(to: root)
    let performed = truth.people.flatMap(\.weeks).filter { $0.performed > 0 }
    #expect(performed.allSatisfy { $0.week >= 4 })
    #expect(!performed.isEmpty)
  }

  @Test("A directory that holds an organisation is left alone")
  func inTheWay() async throws {
    let root = WrittenDemo.directory()
    defer { try? FileManager.default.removeItem(at: root) }
    let organisation = ArenaOrganisation(seed: 1, weeks: 1, people: [.heavy: 1])
    try await organisation.write(to: root)
    await #expect(throws: Scenario.WriteFailure.self) { try await organisation.write(to: root) }
  }

  @Test(
    "People are shared out by prevalence",
    arguments: [(0.0, 0), (0.1, 10), (0.4, 40), (1.0, 100)] as [(Double, Int)])
  func prevalence(_ share: Double, _ burners: Int) {
    let organisation = ArenaOrganisation(
      seed: 1, weeks: 4, count: 100, kinds: PersonKind.allCases, prevalence: share)
    #expect(organisation.people.values.reduce(0, +) == 100)
    #expect(organisation.people.filter { $0.key.isBurner }.values.reduce(0, +) == burners)
  }
}
