import Ledger

extension Organisation {
  /// What an application's deployments, incidents, tickets and scores are reported as: bodies of
  /// `POST /api/v1/events`, as docs/events.md has them.
  package func events(of application: Int, in site: Site) -> [[UInt8]] {
    var chance = Chance(seed: seed, label: "events-\(application)")
    let project = applications[application].project
    var events: [JSONText] = []
    var deployed = 0
    // Some deploy every other day, some once a week.
    let pause = Duration.hours(Int64(chance.int(30...150)))
    var next = start + .hours(10)
    while next + .hours(1) < end {
      defer { next = next + pause }
      guard let latest = site.trunk.last(where: { $0.at < next }) else { continue }
      deployed += 1
      let id = "\(project.name)-\(deployed)"
      events.append(deployment(id, latest.sha, at: next, of: project, chance.int64(4...19)))
      guard chance.happens(7) else { continue }
      let begun = next + .minutes(chance.int64(20...400))
      let ended = begun + .minutes(chance.int64(12...300))
      guard ended + .hours(2) < end else { continue }
      events.append([
        "kind": "incident", "id": .string("incident-\(id)"), "repository": .string(project.remote),
        "started": .string(begun.iso8601), "resolved": .string(ended.iso8601), "environment": "production",
        "caused_by": [["deployment": .string(id)]],
        // The next one puts it right.
        "fixed_by": [["deployment": .string("\(project.name)-\(deployed + 1)")]],
      ])
    }
    for commit in site.trunk where commit.at > start && commit.kind == .person && chance.happens(10) {
      let opened = commit.at - .hours(chance.int64(5...200))
      events.append([
        "kind": "ticket", "id": .string("bug-\(commit.sha.prefix(10))"),
        "repository": .string(project.remote),
        "opened": .string(opened.iso8601), "closed": .string((commit.at + .minutes(30)).iso8601),
        "fixed_by": [["commit": .string(commit.sha)]],
      ])
    }
    for week in stride(from: 3, to: weeks - 1, by: 4) {
      events.append([
        "kind": "score", "id": .string("csat-\(project.name)-\(week)"), "repository": .string(project.remote),
        "name": "csat", "value": .double(Double(chance.int(36...47)) / 10),
        "at": .string((monday(of: week) + .hours(12)).iso8601),
      ])
    }
    return stride(from: 0, to: events.count, by: 500).map { first in
      var bytes: [UInt8] = []
      JSONText.array(Array(events[first..<min(first + 500, events.count)])).append(to: &bytes)
      return bytes
    }
  }

  private func deployment(
    _ id: String, _ sha: String, at instant: Instant, of project: Project, _ minutes: Int64
  ) -> JSONText {
    [
      "kind": "deployment", "id": .string(id), "repository": .string(project.remote), "commit": .string(sha),
      "environment": "production", "started": .string(instant.iso8601),
      "deployed": .string((instant + .minutes(minutes)).iso8601),
    ]
  }
}
