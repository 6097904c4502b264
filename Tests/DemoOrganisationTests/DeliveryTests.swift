import Arena
import ControlSQLite
import DemoOrganisation
import Directory
import Events
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing
import Visibility

@Suite("What the sample organisation delivers, against what its generator knows")
struct DeliveryTests {
  /// The main line of each application, as it is written again: equal seeds give equal commits.
  private static func trunks(
    of organisation: Organisation, in place: TemporaryDirectory
  ) async throws -> [Int: Organisation.Site] {
    var sites: [Int: Organisation.Site] = [:]
    for writer in organisation.sites() {
      let homes = URL(filePath: place.path("again/homes-\(writer.application)"))
      sites[writer.application] = try await writer.write(
        repository: URL(filePath: place.path("again/\(writer.application).git"))
      ) { homes.appending(path: "\($0)") }
    }
    return sites
  }

  @Test(
    "Nearly every change that sessions made is linked to one, next to none that people made is; all landed")
  func changes() async throws {
    let built = try await BuildTests.Built()
    let organisation = built.organisation
    let sites = try await Self.trunks(of: organisation, in: built.place)
    let ever = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    let histories = try built.ledger.landedHistories(in: ever)
    var (made, linked, byHand, wrong, held, trueHeld) = (0, 0, 0, 0, 0, 0)
    for (application, site) in sites {
      let name = organisation.applications[application].project.name
      let history = try #require(histories.first { $0.directory.hasSuffix("/\(name).git") })
      let changes = Dictionary(uniqueKeysWithValues: history.changes.map { ($0.commit, $0) })
      let reverted = Set(
        built.sessions.filter { $0.behaviour == .reverted && $0.application == application }.map(\.name))
      for commit in site.trunk where commit.at > organisation.start {
        let change = try #require(changes[commit.sha])
        // Git knows whole seconds.
        #expect(change.landed.milliseconds == commit.at.milliseconds / 1000 * 1000)
        switch commit.kind {
        case .session:
          made += 1
          if change.session != nil { linked += 1 }
          if change.undone == nil { held += 1 }
        case .person:
          byHand += 1
          if change.session != nil { wrong += 1 }
        case .revert, .rework: break
        }
      }
      trueHeld += site.trunk.count { $0.kind == .session && $0.at > organisation.start } - reverted.count
    }
    #expect(made > 100 && byHand > 20)
    #expect(linked * 100 >= made * 90, "\(linked) of \(made)")
    #expect(wrong * 20 <= byHand, "\(wrong) of \(byHand)")
    #expect(abs(held - trueHeld) * 20 <= made, "\(held) held, \(trueHeld) in truth")
  }

  @Test("What is kept of applications is what their events say, and every column has figures")
  func delivery() async throws {
    let built = try await BuildTests.Built()
    let organisation = built.organisation
    let sites = try await Self.trunks(of: organisation, in: built.place)
    let kept = try built.control.deliveryWeeks()
    #expect(!kept.isEmpty)
    let projects = Dictionary(
      try built.control.snapshot().contents.projects.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
    for (week, applications) in kept {
      let bounds = try #require(week.bounds())
      if let whole = applications[DeliveryWeek.organisation] {
        let all = sites.values.reduce(0) { $0 + $1.trunk.count { bounds.contains($0.at) } }
        #expect(whole.landed?.landed == Int64(all))
      }
      for (id, delivery) in applications where id != DeliveryWeek.organisation {
        let application = try #require(
          organisation.applications.firstIndex { $0.project.name == projects[id] })
        let site = try #require(sites[application])
        #expect(delivery.landed?.landed == Int64(site.trunk.count { bounds.contains($0.at) }))
        let reports = organisation.forgeReports(of: application, in: site)
        let merged = reports.filter { $0.kind == .change && $0.landed.map(bounds.contains) == true }
        #expect(delivery.reviews.tally.count == Int64(merged.count))
      }
    }
    // Of all applications, whether they may be shown or not.
    var sum = DeliveryWeek()
    for application in organisation.applications.indices {
      let remote = organisation.applications[application].project.remote
      sum += DeliveryReading(try built.ledger.events(ofRepository: remote)).week(
        organisation.start..<organisation.end)
    }
    #expect(sum.deployments.count > 10 && sum.leadTimes.tally.count > 50 && sum.reviews.tally.count > 50)
    // Those that say what they brought, of all: the line of pushes is whole.
    #expect(sum.leadTimes.tally.count * 10 >= sum.leadTimes.of * 9)
  }
}
