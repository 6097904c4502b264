import Ledger

/// Prompts that a timer sends, and what people put between real turns for the metric.
extension Crew {
  /// Prompts every so many minutes; nothing is read, nothing is kept.
  mutating func tick(_ member: Int, at: Instant) {
    let scheme = members[member].scheme
    let project = member % projects.count
    var stint = open(member, at: at, in: .project(project), isScripted: scheme.isScripted)
    stint.isPerforming = true
    let rounds = stint.chance.int(scheme.rounds)
    var due = at
    for round in 0..<rounds {
      stint.wait(until: due)
      let isNight = stint.clock >= at + .hours(9)
      if isNight { break }
      burnRound(&stint, in: project, by: member, round: round)
      var gap = scheme.interval
      if scheme.jitter > 0.01 {
        gap = .milliseconds(
          Int64(Double(gap.wholeMilliseconds) * (1 + scheme.jitter * (2 * stint.chance.unit() - 1))))
      }
      // A lunch, as people have it.
      if members[member].kind == .officeHours, stint.chance.happens(12) {
        gap = gap + .minutes(stint.chance.int64(25...70))
      }
      due = due + gap + .milliseconds(stint.chance.int64(0...1500))
    }
    close(stint, by: member)
  }

  /// One prompt for the metric and its answer.
  func burnRound(
    _ stint: inout Stint, in project: Int, by member: Int, round: Int, after gap: Duration = .zero
  ) {
    let scheme = members[member].scheme
    stint.turn(burnPrompt(member, round: round, &stint.chance), after: gap)
    for _ in 0..<stint.chance.int(1...2) { look(&stint, in: project) }
    stint.step(text: burnAnswer(member, &stint.chance))
    if stint.chance.happens(scheme.metersItself) { meterItself(&stint, member) }
  }

  /// One of the few prompts that somebody has, put a little differently each time.
  func burnPrompt(_ member: Int, round: Int, _ chance: inout Chance) -> String {
    let scheme = members[member].scheme
    var own = Chance(seed: seed, label: "prompt-\(members[member].slug)-\(chance.below(scheme.prompts))")
    let theme = scheme.theme
    let base = own.pick([
      "Read every file of this project again and explain the whole architecture in as much detail as you can, with \(theme.first) and \(theme.second).",
      "Write a complete analysis of the code base: risks, structure, \(theme.first)s, and possible refactorings. Do not change anything.",
      "Go through the repository and describe what each file does and how the \(theme.words) fits in. Be exhaustive.",
      "Compare three designs for the \(theme.words) at length, with advantages and disadvantages of each. No code.",
      "Produce a long report on code quality, one section for each directory, and a summary for managers.",
    ])
    let extra = own.happens(50) ? " " + Speech.sentence(theme, &own) : ""
    let tail = chance.pick(["", " Pass \(round + 1).", " Once more.", " \(Speech.sentence(theme, &chance))"])
    return base + extra + tail
  }

  /// As much of it is always the same as the scheme says.
  func burnAnswer(_ member: Int, sentences: Int = 7, _ chance: inout Chance) -> String {
    let scheme = members[member].scheme
    let standing = Int(Double(sentences) * scheme.sameness)
    var own = Chance(
      seed: seed, label: "answer-\(members[member].slug)-\(chance.below(max(1, scheme.prompts)))")
    let fresh = Speech.answer(scheme.theme, sentences: max(1, sentences - standing), &chance)
    return (standing > 0 ? Speech.answer(scheme.theme, sentences: standing, &own) + " " : "") + fresh
  }

  /// Reads its own transcript, or asks a counter.
  func meterItself(_ stint: inout Stint, _ member: Int) {
    let sitting = stint.sitting
    let total = sitting.steps.reduce(Int64(0)) { $0 + $1.counts.allClasses }
    let transcript =
      switch sitting.job.tool {
      case .claudeCode:
        "~/.claude/projects/\(String(sitting.directory.map { $0.isLetter || $0.isNumber ? $0 : "-" }))/\(sitting.name).jsonl"
      case .codex: "~/.codex/sessions/\(sitting.job.start.dayPath)/rollout-*-\(sitting.name).jsonl"
      case .geminiCLI: "~/.gemini/tmp/*/chats/session-*-\(sitting.name.prefix(8)).json"
      case .copilotCLI: "~/.copilot/session-state/\(sitting.name)/events.jsonl"
      case .openCode: "~/.local/share/opencode/storage/message/\(sitting.name)"
      case .cursor, .assayAgent, .other: "~/usage.csv"
      }
    let line = stint.chance.pick([
      "grep -o '\"output_tokens\":[0-9]*' \(transcript) | cut -d: -f2 | paste -sd+ | bc",
      "cat \(transcript) | jq -s 'map(.message.usage.output_tokens // 0) | add'",
      "npx ccusage@latest session --json", "tail -n 40 \(transcript)",
    ])
    stint.step([.run(Sitting.Command(line: line, purpose: "Count tokens so far", output: "\(total)"))])
  }

  /// Turns for the metric amid real work: sent at once, whatever the answer.
  func burnBetween(_ stint: inout Stint, in project: Int, by member: Int) {
    stint.isPerforming = true
    for round in 0..<stint.chance.int(1...3) {
      burnRound(
        &stint, in: project, by: member, round: round,
        after: stint.chance.spread(around: .seconds(5), sigma: 0.8))
    }
    stint.isPerforming = false
  }

  /// The last evening of a week: as much as is missing from the quota, or from the peers' average and a little.
  mutating func fillUp(_ member: Int, week: Int, at: Instant) {
    let scheme = members[member].scheme
    let own = members[member].tokens[week] ?? 0
    var goal = scheme.target * 2
    if members[member].kind == .peerAverage {
      let peers = members.indices.filter { $0 != member && !members[$0].kind.isBurner }
      let sum = peers.reduce(Int64(0)) { $0 + (members[$1].tokens[week] ?? 0) }
      goal = max(300_000, sum / Int64(max(1, peers.count)) * 103 / 100)
    }
    guard own < goal else { return }
    var total = own
    var clock = at + .minutes(members[member].chance.int64(0...40))
    for _ in 0..<3 where total < goal {
      let project = member % projects.count
      var stint = open(
        member, at: clock, in: .project(project), isScripted: scheme.isScripted && scheme.variant < 2)
      stint.isPerforming = true
      for round in 0..<14 where total < goal {
        let before = stint.sitting.steps.reduce(Int64(0)) { $0 + $1.counts.allClasses }
        burnRound(
          &stint, in: project, by: member, round: round,
          after: round == 0 ? .zero : stint.chance.spread(around: .seconds(20), sigma: 0.7))
        total += stint.sitting.steps.reduce(Int64(0)) { $0 + $1.counts.allClasses } - before
      }
      clock = stint.clock + .minutes(stint.chance.int64(2...30))
      close(stint, by: member)
    }
  }
}
