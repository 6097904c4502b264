import Ledger

/// Sessions in which nothing is built: questions, reviews, exercises, documents.
extension Crew {
  /// Questions that follow from answers.
  mutating func ask(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-ask-\(members[member].sessions)")
    let project = project(of: member, &chance)
    guard let path = anyFile(of: project, &chance) else { return }
    let feature = subject(of: path, &chance)
    var stint = open(member, at: at, in: .project(project))
    let isResearch = members[member].kind == .researcher
    let turns = stint.chance.int(2...(isResearch ? 10 : 5))
    var answer = ""
    for turn in 0..<turns {
      let prompt: String
      if turn == 0 {
        prompt = Speech.question(feature, path: path, &stint.chance)
      } else if stint.chance.happens(members[member].temper.isTerse * 0.4) {
        prompt = Speech.brief(&stint.chance)
      } else if stint.chance.happens(70) {
        prompt = Speech.followUp(feature, to: answer, &stint.chance)
      } else {
        prompt = Speech.question(feature, path: nil, &stint.chance)
      }
      say(prompt, in: &stint, by: member, isFirst: turn == 0)
      if turn == 0 || stint.chance.happens(45) { look(&stint, in: project, at: turn == 0 ? path : nil) }
      answer = answerText(feature, by: member, &stint.chance)
      stint.step(text: answer)
    }
    close(stint, by: member)
  }

  /// Somebody else's change is looked at.
  mutating func review(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-review-\(members[member].sessions)")
    let project = project(of: member, &chance)
    guard let path = anyFile(of: project, &chance) else { return }
    let feature = subject(of: path, &chance)
    var stint = open(member, at: at, in: .project(project))
    let number = stint.chance.int(100...4000)
    let lines = histories[project].tree[path] ?? []
    say(
      stint.chance.pick([
        "Look at !\(number) with me. \(Speech.question(feature, path: nil, &stint.chance))",
        "Review #\(number), mostly the \(feature.first). \(Speech.sentence(feature, &stint.chance))",
        "What does #\(number) change for \(feature.noun)s?",
      ]), in: &stint, by: member, isFirst: true)
    stint.step([
      .run(
        Sitting.Command(
          line: stint.chance.happens(60)
            ? "gh pr diff \(number)" : "git show HEAD~\(stint.chance.int(1...4))",
          purpose: "Show the change", output: lines.map { "+" + $0 }.fileText))
    ])
    stint.step([read(path, in: project)])
    var answer = answerText(feature, by: member, &stint.chance)
    stint.step(text: answer)
    for _ in 0..<stint.chance.int(0...3) {
      say(Speech.followUp(feature, to: answer, &stint.chance), in: &stint, by: member)
      if stint.chance.happens(40) { look(&stint, in: project) }
      answer = answerText(feature, by: member, &stint.chance)
      stint.step(text: answer)
    }
    if stint.chance.happens(45) {
      say("Post that as a comment, shorter.", in: &stint, by: member)
      stint.step([
        .run(
          Sitting.Command(
            line: "gh pr review \(number) --comment --body '\(Speech.sentence(feature, &stint.chance))'",
            purpose: "Comment on the change", output: ""))
      ])
      stint.step(text: "Posted.")
    }
    close(stint, by: member)
  }

  /// Something tried for learning it.
  mutating func exercise(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-exercise-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let feature = feature(of: project)
    let isInside = chance.happens(40)
    var stint = open(member, at: at, in: isInside ? .project(project) : .folder("scratch"))
    let language = projects[project].language
    let path = isInside ? "exercises/\(feature.name).txt" : language.path(of: feature)
    say(
      "Explain to me step by step how to write a \(feature.words). I want to do it myself.", in: &stint,
      by: member, isFirst: true)
    var answer = answerText(feature, by: member, &stint.chance)
    stint.step(text: answer)
    var lines = language.code(feature)
    for turn in 0..<stint.chance.int(1...5) {
      say(Speech.followUp(feature, to: answer, &stint.chance), in: &stint, by: member)
      let before = turn == 0 ? nil : Optional(editedByHand(lines, feature, &stint.chance))
      if let before { stint.step([.read(path: path, lines: before)]) }
      if stint.chance.happens(60) {
        let after = before.map { revised($0, feature, language: language, &stint.chance) } ?? lines
        stint.step([.edit(FileEdit(path: path, before: before, after: after))])
        stint.step([.run(Stint.tests(language, failing: stint.chance.happens(50) ? feature : nil))])
        lines = after
      }
      answer = answerText(feature, by: member, &stint.chance)
      stint.step(text: answer)
    }
    close(stint, by: member)
  }

  mutating func document(_ member: Int, at: Instant, inRepository: Bool) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-doc-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let feature = feature(of: project)
    var stint = open(member, at: at, in: inRepository ? .project(project) : .folder("notes"))
    let path = inRepository ? "docs/\(feature.name).md" : "\(feature.name).md"
    say(
      "Draft a page about the \(feature.words). \(Speech.sentence(feature, &stint.chance))", in: &stint,
      by: member, isFirst: true)
    if inRepository { look(&stint, in: project) }
    var lines = ["# \(feature.words.capitalised)", ""]
    for _ in 0..<stint.chance.int(4...12) {
      lines.append(Speech.answer(feature, sentences: 2, &stint.chance))
    }
    stint.step([.edit(FileEdit(path: path, before: nil, after: lines))])
    stint.step(text: Speech.sentence(feature, &stint.chance))
    for _ in 0..<stint.chance.int(1...5) {
      say(Speech.change(feature, &stint.chance), in: &stint, by: member)
      var after = lines
      after[after.count - 1 - stint.chance.below(min(3, after.count))] =
        Speech.answer(feature, sentences: 2, &stint.chance)
      stint.step([.edit(FileEdit(path: path, before: lines, after: after))])
      stint.step(text: Speech.sentence(feature, &stint.chance))
      lines = after
    }
    if inRepository, stint.chance.happens(75) {
      plan(
        .land(
          Landing(
            kind: .commit, project: project, member: member, feature: feature, changes: [path: lines],
            message: "Describe the \(feature.words)", isAnnounced: false)),
        at: stint.clock + stint.chance.spread(around: .hours(3), sigma: 1.2))
    }
    close(stint, by: member)
  }

  /// Work whose repository nobody registered: what became of it cannot be known.
  mutating func workElsewhere(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-elsewhere-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let feature = feature(of: project)
    var stint = open(member, at: at, in: .folder(chance.pick(["work/customer", "work/tools", "scratch"])))
    say(Speech.request(feature, &stint.chance), in: &stint, by: member, isFirst: true)
    let language = projects[project].language
    let path = language.path(of: feature)
    var lines = language.code(feature)
    stint.step([.edit(FileEdit(path: path, before: nil, after: lines))])
    stint.step(text: answerText(feature, by: member, &stint.chance))
    for _ in 0..<stint.chance.int(0...4) {
      say(Speech.change(feature, &stint.chance), in: &stint, by: member)
      let after = revised(lines, feature, language: language, &stint.chance)
      stint.step([.edit(FileEdit(path: path, before: lines, after: after))])
      lines = after
      test(&stint, feature, language, by: member)
      stint.step(text: answerText(feature, by: member, &stint.chance))
    }
    close(stint, by: member)
  }
}
