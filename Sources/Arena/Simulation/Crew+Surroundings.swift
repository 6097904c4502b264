import Foundation
import Ledger

/// What lies around the sessions: deployments and incidents, telemetry, mail.
extension Crew {
  /// Deployments of what landed, and the incidents that somebody looked into: events as docs/events.md has them.
  func events(shas: [[CommitMark: String]]) -> [JSONText] {
    var events: [JSONText] = []
    for (index, history) in histories.enumerated() {
      var chance = Chance(seed: seed, label: "events-\(projects[index].name)")
      let trunk = history.commits.filter {
        $0.reference == "refs/heads/\(History.trunk)" && $0.committed >= start
      }
      let pause = Duration.hours(Int64(chance.int(20...120)))
      var due = start + pause
      var number = 0
      var newest: History.Commit?
      for commit in trunk.sorted(by: { $0.committed < $1.committed }) {
        defer { newest = commit }
        guard commit.committed > due, let newest, let sha = shas[index][newest.mark] else { continue }
        number += 1
        let began = commit.committed - .minutes(1)
        events.append([
          "kind": "deployment", "id": .string("\(projects[index].name)-\(number)"),
          "repository": .string(projects[index].remote), "commit": .string(sha), "environment": "production",
          "started": .string(began.iso8601),
          "deployed": .string((began + .minutes(chance.int64(3...25))).iso8601),
        ])
        due = commit.committed + pause
      }
    }
    for (number, incident) in incidents.enumerated() where incident.ended < end {
      let project = projects[incident.project]
      var members: [JSONText.Member] = [
        ("kind", "incident"), ("id", .string("incident-\(project.name)-\(number)")),
        ("repository", .string(project.remote)), ("started", .string(incident.began.iso8601)),
        ("resolved", .string(incident.ended.iso8601)), ("environment", "production"),
      ]
      if let sha = incident.fix.flatMap({ shas[incident.project][$0] }) {
        members.append(("fixed_by", [["commit": .string(sha)]]))
      }
      events.append(.object(members))
    }
    return events
  }

  /// What Claude Code exports of every tenth person, as a server takes it (OTLP/JSON): what was billed, whatever the
  /// person's files say.
  func writeTelemetry(to directory: URL) throws {
    let folder = directory.appendingPathComponent("telemetry")
    for (index, member) in members.enumerated() {
      var chance = Chance(seed: seed, label: "telemetry-\(member.slug)")
      guard chance.happens(10) else { continue }
      var lines: [JSONText] = []
      for record in records where record.member == index && record.sitting.job.tool == .claudeCode {
        lines += record.sitting.steps.map { Self.telemetry($0, of: record.sitting) }
      }
      guard !lines.isEmpty else { continue }
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let request: JSONText = [
        "resourceLogs": [
          [
            "resource": ["attributes": [Self.attribute("service.name", ["stringValue": "claude-code"])]],
            "scopeLogs": [
              ["scope": ["name": "com.anthropic.claude_code.events"], "logRecords": .array(lines)]
            ],
          ]
        ]
      ]
      var bytes: [UInt8] = []
      request.append(to: &bytes)
      try Data(bytes).write(to: folder.appendingPathComponent("\(member.slug).json"))
    }
  }

  private static func telemetry(_ step: Sitting.Step, of sitting: Sitting) -> JSONText {
    let counts = step.counts
    let short = counts.cacheWrite5m ?? 0
    let long = counts.cacheWrite1h ?? 0
    let numbers: [(String, Int64)] = [
      ("input_tokens", counts.input ?? 0), ("output_tokens", counts.output ?? 0),
      ("cache_read_tokens", counts.cacheRead ?? 0), ("cache_creation_tokens", short + long),
      ("cache_creation_5m_tokens", short), ("cache_creation_1h_tokens", long),
      ("duration_ms", (step.answered - step.started).wholeMilliseconds),
    ]
    let words = [
      ("session.id", sitting.name), ("event.name", "api_request"),
      ("event.timestamp", step.answered.iso8601), ("model", sitting.model),
    ]
    return [
      "timeUnixNano": .string("\(step.answered.milliseconds)000000"),
      "body": ["stringValue": "claude_code.api_request"],
      "attributes": .array(
        words.map { attribute($0.0, ["stringValue": .string($0.1)]) }
          + numbers.map { attribute($0.0, ["intValue": .int($0.1)]) }),
    ]
  }

  private static func attribute(_ key: String, _ value: JSONText) -> JSONText {
    ["key": .string(key), "value": value]
  }

  /// Some threads of the team, a message a file (RFC 5322).
  func writeMail(to directory: URL) throws {
    let folder = directory.appendingPathComponent("mail")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var chance = Chance(seed: seed, label: "mail-\(name)")
    for week in 0..<weekCount where members.count > 1 {
      let theme = members[week % members.count].scheme.theme
      let subject = "\(theme.words): \(chance.pick(Wording.fields))"
      var at = start + .days(Int64(week) * 7 + chance.int64(0...4)) + .hours(chance.int64(8...15))
      var references: [String] = []
      for number in 0..<chance.int(1...4) {
        let from = members[chance.below(members.count)].person
        let to = members[chance.below(members.count)].person
        let id = "<\(name)-\(week)-\(number)@example.org>"
        var head = [
          "Message-ID: \(id)", "Date: \(at.mailDate)", "From: \(from.name.asciiName) <\(from.email)>",
          "To: \(to.name.asciiName) <\(to.email)>",
          "Subject: \(number == 0 ? "" : "Re: ")\(subject)", "MIME-Version: 1.0",
          "Content-Type: text/plain; charset=utf-8",
        ]
        if let last = references.last {
          head += ["In-Reply-To: \(last)", "References: \(references.joined(separator: " "))"]
        }
        let text = head + ["", Speech.question(theme, path: nil, &chance), "", from.name, ""]
        try Data(text.joined(separator: "\r\n").utf8).write(
          to: folder.appendingPathComponent("\(name)-\(week)-\(number).eml"))
        references.append(id)
        at = at + chance.spread(around: .hours(3), sigma: 1)
      }
    }
  }
}

extension Instant {
  /// `Mon, 06 Jan 2025 08:00:00 +0000`
  var mailDate: String {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = iso8601.split { "-T:.".contains($0) }
    let weekday = days[Int(startOfDay.seconds / 86_400) % 7]
    let month = Int(parts[1]).map { months[($0 - 1) % 12] } ?? ""
    return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
  }
}

extension String {
  /// Without letters that a header would have to encode.
  var asciiName: String {
    Names.plain(self).split(separator: ".").map { String($0).capitalised }.joined(separator: " ")
  }
}
