import Deployments
import Effects
import Foundation
import Ledger
import Testing

/// The whole way against a real site: git, a hook, releases, runit, nginx, a service.
@Suite(.serialized) struct ReferenceSiteTests {
  @Test func `a good release goes live behind nginx and holds`() async throws {
    let fixture = try await SiteFixture()
    let commit = try await fixture.site.commit(.well, "First")
    try await fixture.site.whileServing {
      let result = try await fixture.deploy(commit, 1)
      #expect(fixture.site.currentCommit == commit)
      let subject = DeploymentSubject(place: "shop-production", sha: commit, effect: SiteFixture.effect(1))
      #expect(result.follows.first?.subject == subject.description)
      #expect(result.undo == nil, "nothing ran before")
      let watch = try await fixture.watched(result)
      #expect(watch.verdict == .held, "\(watch)")
      #expect(try await fixture.target.current()?.sha == commit)
      let status = try await fixture.tool("deployment_status").perform(
        ToolCall(
          tool: "deployment_status",
          arguments: ["target": "shop-production", "deployment": .string(subject.description)],
          effect: SiteFixture.effect(9)))
      #expect(status.passages.first?.text.contains("it is well") == true)
    }
  }

  @Test(arguments: [ReferenceSite.Behaviour.broken, .slow, .flapping, .crashing])
  func `a bad release fails, is rolled back, and the service is well again`(
    behaviour: ReferenceSite.Behaviour
  ) async throws {
    let fixture = try await SiteFixture(SiteFixture.criteria())
    let good = try await fixture.site.commit(.well, "Good")
    let bad = try await fixture.site.commit(behaviour, "Bad")
    try await fixture.site.whileServing {
      #expect(try await fixture.watched(fixture.deploy(good, 1)).verdict == .held)
      let result = try await fixture.deploy(bad, 2)
      guard let subject = result.follows.first.flatMap({ DeploymentSubject($0.subject) }) else {
        Issue.record("nothing is followed")
        return
      }
      let watch = try await fixture.watcher.run(
        HealthWatch(
          subject.effect, sha: bad, criteria: SiteFixture.criteria(looksToBeWell: 12),
          begun: fixture.clock.now)
      ) { _ in }
      guard case .failed(.neverWell) = watch.verdict else {
        Issue.record("\(behaviour): \(watch)")
        return
      }
      let undo = try #require(result.undo)
      let back = try await fixture.tool("deploy").undo(undo, of: SiteFixture.effect(2))
      #expect(fixture.site.currentCommit == good)
      #expect(try await fixture.watched(back).verdict == .held)
      // Asked again, it is the same effect: nothing happens twice.
      let again = try await fixture.tool("deploy").undo(undo, of: SiteFixture.effect(2))
      #expect(again.follows == back.follows)
      #expect(try fixture.begun() == 3)
      guard case .replaced(by: good, isOlder: true) = try await fixture.target.find(subject.effect) else {
        Issue.record("the bad one is not known to have been rolled back")
        return
      }
    }
  }

  @Test func `a port in use: what answers is not what was deployed`() async throws {
    let fixture = try await SiteFixture(SiteFixture.criteria(looksToBeWell: 12))
    let old = try await fixture.site.commit(.well, "Old")
    let commit = try await fixture.site.commit(.well, "New")
    let squatter = try await Squatter(answering: old, port: fixture.site.servicePort)
    defer { squatter.end() }
    try await fixture.site.whileServing {
      try await fixture.deploy(old, 1)
      let watch = try await fixture.watched(fixture.deploy(commit, 2))
      #expect(
        watch.verdict == .failed(.neverWell("another release answers: \(old.prefix(10))")), "\(watch)")
    }
  }
}

extension SiteFixture {
  /// How often a release was begun, by the site's own history.
  func begun() throws -> Int {
    try String(contentsOfFile: site.path("history"), encoding: .utf8).split(separator: "\n")
      .count { $0.contains(" begun ") }
  }
}

/// Another program that has the service's port and answers for an old release.
final class Squatter: Sendable {
  private let process: Process

  init(answering text: String, port: UInt16) async throws {
    process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      """
      import http.server, sys
      class Answer(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.send_header("Content-Length", str(len(sys.argv[2])))
              self.end_headers()
              self.wfile.write(sys.argv[2].encode())
          def log_message(self, *a): pass
      http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
      """, String(port), text,
    ]
    try process.run()
    let probe = CommandProbe(["curl", "-sf", "http://127.0.0.1:\(port)/"])
    for _ in 0..<600 {
      if case .well = await probe.probe().answer { return }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  func end() {
    process.terminate()
  }
}
