import Ledger

/// What a tool does when it is asked to build something.
extension Stint {
  /// Writes the feature's file, registers it if `registers`, runs the tests and mends what they find.
  /// - Returns: The files it leaves behind, by path.
  mutating func implement(
    _ feature: Feature, in tree: History.Tree, language: Language, registers: Bool,
    incidents: Job.Incidents = []
  ) -> History.Tree {
    if isLean { return implementBriefly(feature, in: tree, language: language, incidents: incidents) }
    var changed: History.Tree = [:]
    let path = language.path(of: feature)
    let registry = language.registryPath
    let registered = tree[registry] ?? []
    var first: [Sitting.Action.Kind] = [.read(path: registry, lines: registered)]
    let hits = Self.search("\(feature.noun)", in: tree)
    first.append(.search(pattern: feature.noun, hits: hits))
    step(
      thinking: Prose.thought(feature, &chance), text: Prose.plan(feature, &chance), first,
      incident: incidents.contains(.overload) ? .overload : incidents.contains(.cutStream) ? .cutStream : nil)
    survey(tree, near: language.path(of: feature))
    if incidents.contains(.subagent) {
      let seen = hits.first?.path ?? registry
      let errand = errand(
        "Find callers", prompt: "Find everything that mentions \(feature.noun) and say how it is used.",
        steps: [
          ("I'll search.", [.search(pattern: feature.noun, hits: hits)]),
          ("", [.read(path: seen, lines: tree[seen] ?? [])]),
          (Prose.answer(feature, path: seen, sentences: 4, &chance), []),
        ])
      step(text: "I'll have the callers looked up meanwhile.", [.delegate(errand)])
    }
    let draft = language.code(feature)
    step(
      text: chance.happens(50) ? "Now the file itself." : nil,
      [
        .edit(FileEdit(path: path, before: tree[path], after: draft))
      ])
    changed[path] = draft
    if registers {
      let after = language.announcing(feature, in: registered)
      step([.edit(FileEdit(path: registry, before: registered, after: after))])
      changed[registry] = after
    }
    if incidents.contains(.compaction) {
      step(
        text: "Continuing with the tests.", [.run(Self.tests(language, failing: nil))], incident: .compaction)
    }
    if chance.happens(55) {
      step([.run(Self.tests(language, failing: feature))])
      let mended = draft + language.addition(feature, variant: feature.number)
      step(
        thinking: Prose.thought(feature, &chance),
        [
          .edit(FileEdit(path: path, before: draft, after: mended))
        ])
      changed[path] = mended
    }
    step([.run(Self.tests(language, failing: nil))])
    step(text: Prose.done(feature, &chance))
    return changed
  }

  /// The same in a few calls: one neighbour is read, one file written, the tests are run.
  private mutating func implementBriefly(
    _ feature: Feature, in tree: History.Tree, language: Language, incidents: Job.Incidents
  ) -> History.Tree {
    let path = language.path(of: feature)
    let registry = language.registryPath
    step(
      thinking: chance.happens(30) ? Prose.thought(feature, &chance) : nil,
      text: Prose.plan(feature, &chance),
      [.read(path: registry, lines: tree[registry] ?? [])],
      incident: incidents.contains(.overload) ? .overload : nil)
    if incidents.contains(.subagent) {
      let errand = errand(
        "Find callers", prompt: "Find everything that mentions \(feature.noun) and say how it is used.",
        steps: [
          ("", [.read(path: registry, lines: tree[registry] ?? [])]),
          (Prose.answer(feature, path: registry, sentences: 3, &chance), []),
        ])
      step(text: "I'll have the callers looked up meanwhile.", [.delegate(errand)])
    }
    var lines = language.code(feature)
    step([.edit(FileEdit(path: path, before: tree[path], after: lines))])
    if chance.happens(40) {
      step([.run(Self.tests(language, failing: feature))])
      let mended = lines + language.addition(feature, variant: feature.number)
      step([.edit(FileEdit(path: path, before: lines, after: mended))])
      lines = mended
    }
    step([.run(Self.tests(language, failing: nil))])
    step(text: Prose.done(feature, &chance))
    return [path: lines]
  }

  /// Reads what lies around `path`, as agents do before they write.
  private mutating func survey(_ tree: History.Tree, near path: String) {
    let paths = tree.keys.sorted().filter { $0 != path && !$0.hasPrefix(".") }
    guard !paths.isEmpty else { return }
    for _ in 0..<chance.int(2...5) {
      var picked: [Sitting.Action.Kind] = []
      for _ in 0..<chance.int(1...3) {
        let path = chance.pick(paths)
        picked.append(.read(path: path, lines: tree[path] ?? []))
      }
      step(text: chance.happens(30) ? "Looking at how that is done elsewhere." : nil, picked)
    }
    if tree["docs/guide.md"] != nil, chance.happens(70) {
      step([.read(path: "docs/guide.md", lines: tree["docs/guide.md"] ?? [])])
    }
  }

  /// Writes tests for the feature.
  mutating func cover(_ feature: Feature, in tree: History.Tree, language: Language) -> History.Tree {
    let path = language.testPath(of: feature)
    let lines = language.test(feature)
    step(text: "I'll add the tests.", [.edit(FileEdit(path: path, before: tree[path], after: lines))])
    step([.run(Self.tests(language, failing: nil))])
    step(text: Prose.done(feature, &chance))
    return [path: lines]
  }

  /// Commits; the sha is filled in when the repository is written.
  mutating func commit(_ mark: CommitMark, message: String, on branch: String, changes: History.Tree) {
    let lines = changes.values.reduce(0) { $0 + $1.count }
    let subject = message.split(separator: "\n").first.map(String.init) ?? message
    step([
      .run(
        Sitting.Command(
          line: "git add -A && git commit -m \"\(subject)\"", purpose: "Commit the work",
          output: "[\(branch) %h] \(subject)\n \(changes.count) files changed, \(lines) insertions(+)",
          commit: mark))
    ])
    step(text: "Committed.")
  }

  /// Answers about one file, with reads and a search.
  mutating func explain(_ feature: Feature, path: String, in tree: History.Tree, sentences: Int) {
    var looks: [Sitting.Action.Kind] = [.read(path: path, lines: tree[path] ?? [])]
    if !isLean { looks.append(.search(pattern: feature.first, hits: Self.search(feature.first, in: tree))) }
    step(thinking: Prose.thought(feature, &chance), looks)
    step(text: Prose.answer(feature, path: path, sentences: sentences, &chance))
  }

  /// The first lines in which `pattern` occurs.
  static func search(_ pattern: String, in tree: History.Tree) -> [Sitting.Hit] {
    var hits: [Sitting.Hit] = []
    for (path, lines) in tree.sorted(by: { $0.key < $1.key }) {
      for (index, line) in lines.enumerated() where line.contains(pattern) {
        hits.append(Sitting.Hit(path: path, line: index + 1, text: line))
        if hits.count == 12 { return hits }
        break
      }
    }
    return hits
  }

  static func tests(_ language: Language, failing feature: Feature?) -> Sitting.Command {
    let output =
      if let feature {
        "FAILED \(language.testPath(of: feature)): \(feature.first) of \(feature.noun) is not checked\n"
          + "1 failed, \(feature.number % 50 + 20) passed"
      } else {
        "\(language == .go ? "ok" : "passed")  all tests  0.84s"
      }
    return Sitting.Command(
      line: language.testCommand, purpose: "Run the tests", output: output, exit: feature == nil ? 0 : 1)
  }
}
