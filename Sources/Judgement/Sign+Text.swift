import Foundation

extension Sign {
  /// In plain words, with the figures in them.
  var text: String {
    switch kind {
    case .prior: "before anything is looked at: what is assumed of any session"
    case .noOutcome: "no outcome found for any of \(Self.turns(total)), with everything seen and grace over"
    case .littleOutcome:
      "no outcome found for \(count) of \(Self.turns(total)), with everything seen and grace over"
    case .changedNothing:
      "in \(Self.turns(total)) it changed no file, checked nothing, and nothing went out of the conversation"
    case .vanishedWork: "none of the \(Self.lines(count)) it wrote is in any commit"
    case .selfUndoing: "it took away \(count) of the \(Self.lines(total)) it had written itself"
    case .abandonedFiles:
      "none of the \(count) files that it wrote was read, checked, run or changed afterwards"
    case .emptyCommits: "\(count) of \(Self.commits(total)) change nothing"
    case .spacingCommits: "\(count) of \(Self.commits(total)) change white space only"
    case .churnCommits: "\(count) of \(Self.commits(total)) take back what its own commits had done"
    case .fillerCommits:
      "\(count) of \(Self.commits(total)) only add files that no other commit ever touched and that nobody looked at"
    case .copiedCommits:
      "\(count) of \(Self.commits(total)) mostly repeat lines that the repository already had"
    case .unreadAnswers:
      "after \(count) of \(total) answers the next message came sooner than anybody could have read them"
    case .unrelatedMessages: "\(count) of \(total) messages share nothing with the answer before them"
    case .unansweredOutput:
      count == 1
        ? "its one answer was followed by nothing: no message, no edit, no command"
        : "nothing of its \(count) answers was followed by a message of a person, an edit or a command"
    case .repeatedPrompts: "\(count) of \(total) messages nearly repeat an earlier one of the session"
    case .repeatedAnswers: "\(count) of \(total) answers nearly repeat an earlier one of the session"
    case .duplicateSessions, .manyDuplicateSessions:
      "\(count) other sessions of yours were given nearly the same messages"
    case .recurringMessages, .mostlyRecurringMessages:
      "\(count) of \(total) messages are nearly the same as in earlier sessions of yours, the most frequent in \(Int(measure)) others"
    case .regularTurns, .jitteredTurns:
      "\(count) of \(total) messages came \(Self.time(measure)) apart, give or take \(Self.time(spread)), and no schedule is declared"
    case .regularStarts, .jitteredStarts:
      "\(count) of \(total) sessions like this one began \(Self.time(measure)) apart, give or take \(Self.time(spread)), and no schedule is declared"
    case .selfMetering, .repeatedSelfMetering:
      "it read the tool's own records or a counter of usage \(Self.times(count)), in \(Self.turns(total))"
    case .recordReading: "it read the records that the tool keeps of its sessions, \(Self.times(count))"
    case .roundTarget:
      "it stopped just past a round number of tokens, having read a counter of usage (never enough for a finding)"
    case .closedChain, .deepChain: "it started \(count) agents, and nothing went out of what they did"
    case .impossibleTimes:
      "\(count) of \(Self.turns(total)) have times that cannot be: they end before they begin, or went faster than models write"
    case .copiedTimeline:
      "its \(total) messages came at exactly the same intervals as those of \(count == 1 ? "another session" : "\(count) other sessions")"
    case .gatewayDisagrees:
      "others of your calls at the time went through the gateway, and none of this session did"
    case .alikePrompts: "\(count) of \(total) messages share much with an earlier one of the session"
    case .echoedAnswers: "\(count) of \(total) messages are mostly the answer before them"
    case .echoedSessions: "its messages are mostly what was answered in the session before it"
    case .markedSessions, .manyMarkedSessions, .mostlyMarkedSessions:
      "\(count) of your \(total) other sessions bear marks of a machine: messages repeated or sent at even times, their own count watched, commits that change nothing"
    case .heldOutcome: "something that held came of \(count) of \(Self.turns(total))"
    case .reviewedOutcome: "\(count) of \(Self.commits(total)) went through review or into production"
    case .freshOutcome:
      "something that landed came of \(count) of \(Self.turns(total)); it is too young to say whether it holds"
    case .openWork: "\(count) of \(Self.turns(total)) led to work that is on a branch or in an open request"
    case .exploredAnswers: "with \(count) of \(total) answers a person demonstrably worked"
    case .pausesForThought:
      "\(count) messages came after pauses as people make them, \(Self.time(measure)) at the median and of many lengths"
    case .answersTakenUp: "\(count) of \(total) messages take up the answer before, after time to read it"
    case .editsReworked: "\(Self.proposals(count)) changed by hand before being accepted"
    case .editsRefused: "\(Self.proposals(count)) turned down"
    case .steered: "somebody broke off \(Self.turns(count)) to go another way"
    case .testsRun: "tests ran \(Self.times(count))"
    case .failuresFixed: "what had failed succeeded after an edit, \(Self.times(count))"
    case .sameFiles: "\(count) of \(total) messages went on with the same files"
    case .outsideWork:
      "it made \(Self.times(count, "call")) to systems outside: services, web pages, requests for review"
    case .declaredSchedule: "a declared schedule says that it starts at this time"
    }
  }

  private static func turns(_ count: Int) -> String { count == 1 ? "1 turn" : "\(count) turns" }
  private static func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }
  private static func commits(_ count: Int) -> String { count == 1 ? "1 commit" : "\(count) commits" }
  private static func proposals(_ count: Int) -> String {
    count == 1 ? "1 proposed edit was" : "\(count) proposed edits were"
  }
  private static func times(_ count: Int) -> String {
    switch count {
    case 1: "once"
    case 2: "twice"
    default: "\(count) times"
    }
  }
  private static func times(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  /// Such as “10 min”, “2 s”, “1.5 h”.
  static func time(_ seconds: Double) -> String {
    func figure(_ value: Double, _ unit: String) -> String {
      let tenths = (value * 10).rounded() / 10
      let text = tenths == tenths.rounded() || tenths >= 10 ? String(Int(tenths.rounded())) : String(tenths)
      return "\(text) \(unit)"
    }
    if seconds < 1 { return "less than 1 s" }
    if seconds < 90 { return figure(seconds, "s") }
    if seconds < 5400 { return figure(seconds / 60, "min") }
    if seconds < 129_600 { return figure(seconds / 3600, "h") }
    return figure(seconds / 86_400, "days")
  }
}
