/// One sort of observation that bears on whether a session had a purpose. Each is there or it is not; what comes in
/// degrees is several kinds, of which one session has at most one. New kinds go at the end of their family.
package enum EvidenceKind: String, CaseIterable, Codable, Sendable, Hashable {
  /// How common purposeless sessions are before anything is looked at; always there, and always the first line.
  case prior

  // What came of it.
  /// Everything that could be seen was seen, grace is over, and no turn led to anything.
  case noOutcome = "no-outcome"
  /// The same of at least half of the turns, while something came of others.
  case littleOutcome = "little-outcome"
  /// It changed no file, ran nothing that checks one, and nothing went out of it.
  case changedNothing = "changed-nothing"
  /// It changed files, and nothing of that is in any commit.
  case vanishedWork = "vanished-work"
  /// It took away again most of what it had put in itself.
  case selfUndoing = "self-undoing"
  /// Besides, nothing and nobody looked at any of the files again.
  case abandonedFiles = "abandoned-files"

  // Commits that exist to exist.
  case emptyCommits = "empty-commits"
  case spacingCommits = "spacing-commits"
  case churnCommits = "churn-commits"
  case fillerCommits = "filler-commits"
  case copiedCommits = "copied-commits"

  // What was answered was not taken in.
  case unreadAnswers = "unread-answers"
  case unrelatedMessages = "unrelated-messages"
  case unansweredOutput = "unanswered-output"

  // The same again.
  case repeatedPrompts = "repeated-prompts"
  case alikePrompts = "alike-prompts"
  case repeatedAnswers = "repeated-answers"
  case duplicateSessions = "duplicate-sessions"
  case manyDuplicateSessions = "many-duplicate-sessions"
  /// Messages that other sessions of the person were given too, one by one: some; or most of the
  /// session's, and some of these more than once in it.
  case recurringMessages = "recurring-messages"
  case mostlyRecurringMessages = "mostly-recurring-messages"

  // Time kept by a machine, where no schedule is declared.
  case regularTurns = "regular-turns"
  case jitteredTurns = "jittered-turns"
  case regularStarts = "regular-starts"
  case jitteredStarts = "jittered-starts"

  // It measured itself.
  case selfMetering = "self-metering"
  case repeatedSelfMetering = "repeated-self-metering"
  /// Not a counter but the records that the tool keeps of its sessions.
  case recordReading = "record-reading"
  /// Only together with self-metering, and never what makes a finding.
  case roundTarget = "round-target"

  // Agents for agents.
  case closedChain = "closed-chain"
  case deepChain = "deep-chain"
  /// Messages that are the answer before, of this session or of the one before it.
  case echoedAnswers = "echoed-answers"
  case echoedSessions = "echoed-sessions"

  // The records themselves.
  case impossibleTimes = "impossible-times"
  case copiedTimeline = "copied-timeline"
  case gatewayDisagrees = "gateway-disagrees"

  // Not the first of its kind.
  /// Some of the person's other sessions bear a machine's marks, or many of them do.
  case markedSessions = "marked-sessions"
  case manyMarkedSessions = "many-marked-sessions"
  case mostlyMarkedSessions = "mostly-marked-sessions"

  // For a purpose.
  case heldOutcome = "held-outcome"
  case reviewedOutcome = "reviewed-outcome"
  case freshOutcome = "fresh-outcome"
  case openWork = "open-work"
  case exploredAnswers = "explored-answers"
  case pausesForThought = "pauses-for-thought"
  case answersTakenUp = "answers-taken-up"
  case editsReworked = "edits-reworked"
  case editsRefused = "edits-refused"
  case steered
  case testsRun = "tests-run"
  case failuresFixed = "failures-fixed"
  case sameFiles = "same-files"
  case outsideWork = "outside-work"
  case declaredSchedule = "declared-schedule"

  /// What kinds have in common that are likely to come together: a finding needs more than one family.
  package enum Family: String, CaseIterable, Codable, Sendable, Hashable {
    case prior, outcome, commits, reading, repetition, rhythm, metering, chain, records, habit, purpose
  }

  package var family: Family {
    switch self {
    case .prior: .prior
    case .noOutcome, .littleOutcome, .changedNothing, .vanishedWork, .selfUndoing, .abandonedFiles: .outcome
    case .emptyCommits, .spacingCommits, .churnCommits, .fillerCommits, .copiedCommits: .commits
    case .unreadAnswers, .unrelatedMessages, .unansweredOutput: .reading
    case .repeatedPrompts, .alikePrompts, .repeatedAnswers, .duplicateSessions, .manyDuplicateSessions,
      .recurringMessages, .mostlyRecurringMessages:
      .repetition
    case .regularTurns, .jitteredTurns, .regularStarts, .jitteredStarts: .rhythm
    case .selfMetering, .repeatedSelfMetering, .recordReading, .roundTarget: .metering
    case .closedChain, .deepChain, .echoedAnswers, .echoedSessions: .chain
    case .impossibleTimes, .copiedTimeline, .gatewayDisagrees: .records
    case .markedSessions, .manyMarkedSessions, .mostlyMarkedSessions: .habit
    case .heldOutcome, .reviewedOutcome, .freshOutcome, .openWork, .exploredAnswers, .pausesForThought,
      .answersTakenUp, .editsReworked, .editsRefused, .steered, .testsRun, .failuresFixed, .sameFiles,
      .outsideWork, .declaredSchedule:
      .purpose
    }
  }

  /// Whether it shows by itself that nobody was there, whatever it weighs: what other sessions of the person are counted by.
  var isMark: Bool {
    switch self {
    case .emptyCommits, .spacingCommits, .churnCommits, .copiedCommits, .unreadAnswers, .repeatedPrompts,
      .repeatedAnswers, .regularTurns, .jitteredTurns, .jitteredStarts, .repeatedSelfMetering, .recordReading,
      .mostlyRecurringMessages, .closedChain,
      .deepChain, .echoedAnswers, .echoedSessions, .impossibleTimes, .copiedTimeline, .gatewayDisagrees:
      true
    case .prior, .noOutcome, .littleOutcome, .changedNothing, .vanishedWork, .selfUndoing, .abandonedFiles,
      .fillerCommits,
      .recurringMessages, .unrelatedMessages, .unansweredOutput, .alikePrompts, .duplicateSessions,
      .manyDuplicateSessions,
      .regularStarts,
      .selfMetering, .roundTarget, .markedSessions, .manyMarkedSessions, .mostlyMarkedSessions, .heldOutcome,
      .reviewedOutcome,
      .freshOutcome, .openWork, .exploredAnswers, .pausesForThought, .answersTakenUp, .editsReworked,
      .editsRefused, .steered, .testsRun, .failuresFixed, .sameFiles, .outsideWork, .declaredSchedule:
      false
    }
  }

  /// Which way a kind may count: a fitted weight of the other sign would say that the sample was odd.
  package enum Direction: String, Codable, Sendable, Hashable {
    case either
    /// Its weight is 0 or more bits.
    case againstPurpose = "against-purpose"
    /// Its weight is 0 or fewer bits.
    case forPurpose = "for-purpose"
  }

  package var direction: Direction {
    switch family {
    case .prior: .either
    case .purpose: .forPurpose
    case .outcome, .commits, .reading, .repetition, .rhythm, .metering, .chain, .records, .habit:
      .againstPurpose
    }
  }
}

extension EvidenceKind: CodingKeyRepresentable {}
