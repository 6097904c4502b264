package import Foundation
package import Ledger

extension Organisation {
  /// What was written of one application, and what the generator knows of it.
  package struct Site: Sendable {
    package var sessions: [Session]
    /// Commits on the trunk, oldest first.
    package var trunk: [Landed]
    /// Spenders who have sessions there.
    package var spenders: Set<Int>

    package struct Landed: Sendable, Hashable {
      package var sha: String
      package var at: Instant
      package var kind: CommitKind
    }
  }

  /// Applications whose sites can be written one by one, in any order and at the same time.
  package func sites() -> [SiteWriter] {
    assignments().enumerated().map { SiteWriter(organisation: self, application: $0, assignments: $1) }
  }

  /// Writes one application's repository and the records of everybody's sessions on it.
  package struct SiteWriter: Sendable {
    let organisation: Organisation
    package let application: Int
    let assignments: [Assignment]

    /// Where the application lies on every developer's machine. It is in the records; nothing is written there.
    package var directory: String { "/home/dev/src/\(project.name)" }
    package var project: Project { organisation.applications[application].project }
    package var count: Int { assignments.count }

    /// - Parameters:
    ///   - repository: A directory that does not exist; becomes a bare repository.
    ///   - home: Where a spender's tools keep their records.
    /// - Throws: ``GitProcess/Failure``, and errors of the file system.
    package func write(
      repository: URL, home: @Sendable (_ spender: Int) -> URL
    ) async throws -> Site {
      var world = World(scenario, directories: [directory], outside: "/home/dev/scratch")
      world.run()
      let shas = try await world.histories[0].write(to: repository, isBare: true)
      var spenders: Set<Int> = []
      var sessions: [Session] = []
      for sitting in world.sittings {
        let spender = sitting.job.person
        spenders.insert(spender)
        let context = LogContext(
          sitting: sitting, shas: sitting.project == nil ? [:] : shas,
          chance: Chance(seed: world.scenario.seed, label: "log-\(sitting.label)"))
        try LogFile.write(context.files(), under: home(spender))
        sessions.append(truth(of: sitting, in: world))
      }
      let trunk = world.histories[0].commits.filter { $0.reference == "refs/heads/\(History.trunk)" }
      return Site(
        sessions: sessions,
        trunk: trunk.compactMap { commit in
          shas[commit.mark].map { Site.Landed(sha: $0, at: commit.committed, kind: commit.kind) }
        }, spenders: spenders)
    }

    private var scenario: Scenario {
      var jobs = assignments.map(\.job)
      for index in jobs.indices { jobs[index].project = 0 }
      var scenario = Scenario(
        // Sessions of two sites are not to share their identifiers.
        seed: Chance.mixed(organisation.seed, "site-\(project.name)"), start: organisation.start,
        end: organisation.end, people: organisation.spenders.map(organisation.author), projects: [project],
        jobs: jobs)
      scenario.isLean = true
      scenario.handwork = handwork
      return scenario
    }

    /// Work without AI: of those who do not use it, and some of all others.
    private var handwork: [Scenario.Handwork] {
      let organisation = organisation
      var chance = Chance(seed: organisation.seed, label: "handwork-\(application)")
      var work: [Scenario.Handwork] = []
      for week in 0..<organisation.weeks {
        for (index, member) in organisation.members.enumerated()
        where member.isDeveloper && member.isThere(in: week) && !member.away.contains(week)
          && organisation.teams[member.team(in: week)].applications.first == application
        {
          guard chance.happens(member.habit == .none || member.habit == .ticking ? 80 : 12) else { continue }
          let at =
            organisation.monday(of: week) + .days(Int64(chance.pick(member.workdays)))
            + .minutes(chance.int64(9 * 60...17 * 60)) - member.place.offset
          work.append(Scenario.Handwork(person: index, project: 0, at: at))
        }
      }
      return work
    }
  }
}

extension Chance {
  /// A seed of its own for whatever `label` names.
  static func mixed(_ seed: UInt64, _ label: String) -> UInt64 {
    var chance = Chance(seed: seed, label: label)
    return chance.next()
  }
}
