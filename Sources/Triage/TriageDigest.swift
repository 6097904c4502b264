/// What a person reads in the morning: what came in, what was done about it, and what waits for them. Each line says who is
/// being quoted: summaries are of others' texts.
package struct TriageDigest: Hashable, Sendable {
  package struct Line: Hashable, Sendable {
    package var sender: String
    package var subject: String
    package var summary: String
    package var done: String
  }

  package struct Filed: Hashable, Sendable {
    package var folder: String
    package var count: Int
  }

  package var received: Int
  /// What is urgent (4 and 5), the most urgent first.
  package var urgent: [Line]
  package var tasks: [Line]
  package var drafts: [Line]
  /// Messages by the folder they were filed in.
  package var filed: [Filed]
  package var unsubscriptions: Int
  package var unreadable: Int
  /// Of which less was done than the rules say, since a run does no more.
  package var held: Int

  /// What went wrong, a sentence each.
  package var failures: [String]

  package init(_ plan: TriagePlan, failures: [String] = []) {
    let items = plan.items
    self.failures = failures
    received = items.count
    urgent = items.filter { ($0.reading?.urgency ?? 0) >= 4 }
      .sorted { ($1.reading?.urgency ?? 0, $0.message.uid) < ($0.reading?.urgency ?? 0, $1.message.uid) }
      .map(Line.init)
    tasks = items.filter(\.action.task).map(Line.init)
    drafts = items.filter(\.action.draft).map(Line.init)
    let folders = Dictionary(grouping: items.compactMap(\.action.file)) { $0 }
    filed = folders.map { Filed(folder: $0.key, count: $0.value.count) }.sorted { $0.folder < $1.folder }
    unsubscriptions = plan.unsubscriptions.count
    unreadable = items.count { $0.reading == nil }
    held = items.count { $0.held != nil }
  }

  /// In plain text, a line each.
  package var text: String {
    var lines = ["\(received) \(received == 1 ? "message" : "messages") came in."]
    for (title, items) in [("Urgent", urgent), ("To do", tasks), ("Drafts that wait for you", drafts)]
    where !items.isEmpty {
      lines += ["", title]
      lines += items.map {
        "- \($0.sender), “\($0.subject)”: \($0.summary)\($0.done.isEmpty ? "" : " (\($0.done))")"
      }
    }
    if !filed.isEmpty {
      lines += ["", "Filed"] + filed.map { "- \($0.folder): \($0.count)" }
    }
    var notes = failures
    if unsubscriptions > 0 {
      notes.append(
        "\(unsubscriptions) \(unsubscriptions == 1 ? "list" : "lists") could be left: you are asked for each."
      )
    }
    if unreadable > 0 { notes.append("\(unreadable) could not be read and were left alone.") }
    if held > 0 { notes.append("\(held) wait for the next run: one run does no more at once.") }
    if !notes.isEmpty { lines += [""] + notes }
    lines += [
      "", "Summaries are of what others wrote. Nothing was deleted, and nothing was sent.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}

extension TriageDigest.Line {
  init(_ item: TriagePlan.Item) {
    let action = item.action
    let done = [
      action.file.map { "filed in \($0)" }, action.flag ? "flagged" : nil, action.keyword,
      action.draft ? "draft" : nil,
    ].compactMap(\.self)
    let dates = item.reading.map { $0.dates.map(\.description) } ?? []
    let message = item.message
    let name = InertText.of(message.name ?? "")
    let address = message.from.isEmpty ? "no address" : InertText.address(message.from)
    self.init(
      sender: name.isEmpty ? address : "\(name) <\(address)>",
      subject: InertText.of(message.subject),
      summary: InertText.of(item.reading?.summary ?? "")
        + (dates.isEmpty ? "" : " [\(dates.joined(separator: ", "))]"),
      done: done.joined(separator: ", "))
  }
}
