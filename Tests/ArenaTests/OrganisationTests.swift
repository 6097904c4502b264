import Arena
import Foundation
import Ledger
import Testing

@Suite("The sample organisation")
struct OrganisationTests {
  static let now = Instant(milliseconds: 1_795_089_600_000)

  @Test("The same seed gives the same people, the same bytes and the same commits; another gives others")
  func deterministic() async throws {
    func write(_ seed: UInt64) async throws -> (files: [String: Data], sessions: [[Organisation.Session]]) {
      let root = WrittenDemo.directory()
      defer { try? FileManager.default.removeItem(at: root) }
      let organisation = Organisation.small(endingAt: Self.now, seed: seed)
      var files = ["people": Data(organisation.peopleList(in: 0))]
      var sessions: [[Organisation.Session]] = []
      for site in organisation.sites() {
        let written = try await site.write(repository: root.appending(path: "\(site.project.name).git")) {
          root.appending(path: "homes/\($0)")
        }
        sessions.append(written.sessions)
        files["trunk \(site.project.name)"] = Data(written.trunk.map(\.sha).joined(separator: " ").utf8)
        files["events \(site.project.name)"] = Data(
          organisation.events(of: site.application, in: written).joined())
      }
      let homes = root.appending(path: "homes")
      for path in try FileManager.default.subpathsOfDirectory(atPath: homes.path) {
        files[path] = try? Data(contentsOf: homes.appending(path: path))
      }
      return (files, sessions)
    }
    let (first, second, other) = (try await write(7), try await write(7), try await write(8))
    #expect(first.files.count > 100)
    #expect(first.files == second.files)
    #expect(first.sessions == second.sessions)
    #expect(first.files["people"] != other.files["people"])
    #expect(first.sessions != other.sessions)
  }

  @Test(
    "About two hundred people in eighteen teams on four levels, with every habit, part time, leave, and several tools"
  )
  func people() {
    let organisation = Organisation.demo(endingAt: Self.now)
    let week = organisation.weeks - 1
    let there = organisation.members.indices.filter { organisation.members[$0].isThere(in: week) }
    #expect((190...210).contains(there.count))
    #expect(organisation.teams.count == 18)
    #expect(organisation.applications.count == 15)
    #expect(Set(there.map { organisation.mail(of: $0) }).count == there.count)
    #expect(Set(organisation.labels.map(\.habit)) == Set(Organisation.Habit.allCases))
    #expect(Set(organisation.members.map(\.place)) == Set(Organisation.Place.allCases))
    #expect(organisation.members.contains { $0.workdays.count < 5 })
    #expect(organisation.members.contains { $0.away.count > 5 })
    #expect(organisation.members.count { $0.tools.count > 1 } > 40)
    #expect(
      organisation.members.contains { $0.leaves != nil } && organisation.members.contains { $0.joins > 0 })
    let sizes = organisation.teams.indices.map { team in
      there.count { organisation.members[$0].team(in: week) == team }
    }
    #expect(sizes.contains { $0 < 5 } && sizes.contains { 5..<10 ~= $0 } && sizes.contains { $0 >= 20 })
    var levels: Set<Int> = []
    for member in there {
      var level = 0
      var above = organisation.manager(of: member, week: week)
      while let manager = above, level < 10 {
        level += 1
        above = organisation.manager(of: manager, week: week)
      }
      levels.insert(level)
    }
    #expect(levels == [0, 1, 2, 3, 4])
  }
}
