import AsyncHTTPClient
import ControlSQLite
import Effects
import Foundation
import Ledger
import NIOCore
import NIOHTTP1
import ScriptedSlack
import ServiceSettings
import Slack
import TestCorpus
import Testing

/// A child takes in requests over HTTP and is killed with SIGKILL between everything that it does; Slack sends again what was
/// not acknowledged. With ASSAY_SLACK_KILLS=200 as many deaths.
struct KillTests {
  private static let kills =
    ProcessInfo.processInfo.environment["ASSAY_SLACK_KILLS"].flatMap { Int($0) } ?? 12
  private static let secret = Credential(secret: "the signing secret of the test")

  private func request(_ number: Int, port: Int) -> HTTPClientRequest {
    let event: JSON = [
      "type": "event_callback", "event_id": .string("Ev\(number)"), "team_id": "T1",
      "authorizations": [["user_id": "UBOT", "is_bot": true] as JSON],
      "event": [
        "type": "message", "user": "U0ADA", "text": .string("message \(number)"), "channel": "C1",
        "ts": .string("1700000000.\(100_000 + number)"),
      ] as JSON,
    ]
    let body = Data(event.canonical.utf8)
    let timestamp = String(Int64(Date().timeIntervalSince1970))
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/")
    request.method = .POST
    request.headers = [
      "X-Slack-Request-Timestamp": timestamp,
      "X-Slack-Signature": SlackSignature.signature(timestamp: timestamp, body: body, secret: Self.secret),
    ]
    request.body = .bytes(ByteBuffer(bytes: body))
    return request
  }

  private func port(of child: ChildProcess) async throws -> Int? {
    for _ in 0..<1000 {
      if let line = child.output.split(separator: "\n").first, child.output.contains("\n") {
        return Int(line)
      }
      guard child.isRunning else { return nil }
      try await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }

  @Test func `killed at any point, nothing acknowledged is lost and nothing handled is handled again`()
    async throws
  {
    let place = try TemporaryDirectory()
    let program = try ChildProcess.built("slack-child")
    let client = SlackBench.client
    var acknowledged: Set<Int> = []
    var (sent, deaths) = (0, 0)
    var generator = SeededGenerator(seed: 11)
    var isLast = false
    while true {
      let percent = isLast ? "0" : "4"
      let child = try ChildProcess(
        program,
        [
          "receive", place.path("control.sqlite"), place.path(""), Self.secret.secret, percent,
          String(UInt64.random(in: 1...1_000_000, using: &generator)),
        ])
      if let port = try await port(of: child) {
        while child.isRunning {
          // What was not acknowledged comes again, with what is new.
          let due =
            (0..<sent).filter { !acknowledged.contains($0) }.prefix(20)
            + Array(sent..<(sent + (isLast ? 0 : 5)))
          sent += isLast ? 0 : 5
          let answered = await withTaskGroup(of: Int?.self) { tasks in
            for number in due {
              tasks.addTask {
                let answer = try? await client.execute(request(number, port: port), timeout: .seconds(10))
                return answer?.status == .ok ? number : nil
              }
            }
            return await tasks.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
          }
          acknowledged.formUnion(answered)
          // Now and then from outside, at any moment.
          if !isLast, Int.random(in: 0..<40, using: &generator) == 0 { child.kill() }
          if isLast, acknowledged.count == sent, try await isEmpty(place) { break }
          if isLast { try await Task.sleep(for: .milliseconds(100)) }
        }
      }
      if isLast {
        child.kill()
        _ = try child.wait()
        break
      }
      let result = try child.wait()
      #expect(result.status == nil, "\(result.errors)")
      deaths += 1
      isLast = deaths >= Self.kills
    }

    let lines = try String(contentsOfFile: place.path("log"), encoding: .utf8).split(separator: "\n")
    var (handled, done): (Set<Substring>, Set<Substring>) = ([], [])
    var repeats = 0
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 1)
      if words[0] == "finished" {
        #expect(done.insert(words[1]).inserted, "\(words[1]) was finished twice")
      } else {
        if !handled.insert(words[1]).inserted { repeats += 1 }
        #expect(!done.contains(words[1]), "\(words[1]) was handled after it was finished")
      }
    }
    print("Slack: \(deaths) deaths, \(acknowledged.count) acknowledged, \(repeats) begun again after a death")
    // Of a few the note that they are finished died with the child; that they were handled was noted before.
    #expect(acknowledged.allSatisfy { handled.contains("event Ev\($0)") })
    #expect(done.count > acknowledged.count * 9 / 10)
    #expect(deaths == Self.kills && acknowledged.count > deaths)
  }

  private func isEmpty(_ place: TemporaryDirectory) async throws -> Bool {
    try await SQLiteSlackInbox(ControlStore(path: place.path("control.sqlite"))).counts().open == 0
  }
}
