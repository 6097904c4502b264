extension SessionObservations {
  /// Turns by who began them.
  package struct TurnCounts: Codable, Hashable, Sendable {
    package var person = 0
    package var script = 0
    package var hook = 0
    package var schedule = 0
    package var agent = 0
    package var unknown = 0
    /// Those that the person broke off.
    package var interrupted = 0
    /// Turns whose times cannot be: they end before they begin, overlap, or were answered faster than models write.
    package var impossible = 0

    package init() {}

    /// Hands over every count in the order in which they are stored; new ones go at the end.
    mutating func visit(_ body: (inout Int) -> Void) {
      body(&person)
      body(&script)
      body(&hook)
      body(&schedule)
      body(&agent)
      body(&unknown)
      body(&interrupted)
      body(&impossible)
    }

    package var main: Int { person + script + hook + schedule + unknown }
    package var all: Int { main + agent }
  }

  /// Turns by what became of most of each.
  package struct StateCounts: Codable, Hashable, Sendable {
    package var held = 0
    package var fresh = 0
    package var reverted = 0
    /// On a branch, or in an open pull request.
    package var open = 0
    /// Nothing yet, and grace is not over.
    package var waiting = 0
    package var explored = 0
    package var unexplained = 0
    package var unknown = 0

    package init() {}

    /// Hands over every count in the order in which they are stored; new ones go at the end.
    mutating func visit(_ body: (inout Int) -> Void) {
      body(&held)
      body(&fresh)
      body(&reverted)
      body(&open)
      body(&waiting)
      body(&explored)
      body(&unexplained)
      body(&unknown)
    }

    package var all: Int {
      held + fresh + reverted + open + waiting + explored + unexplained + unknown
    }
  }

  /// What the person did with answers. An answer counts if the next message of a person could have taken it up.
  package struct Reading: Codable, Hashable, Sendable {
    package var answers = 0
    /// Of them: the next message came sooner than even a skimming eye needs for the answer's length.
    package var unread = 0
    /// The next message shares words with the answer, after time to read it.
    package var takenUp = 0
    /// Both texts were recorded, and they share nothing.
    package var unrelated = 0
    /// The next turn worked on a file of this one.
    package var sameTargets = 0
    /// Messages and answers that resemble an earlier one of the session.
    package var repeatedPrompts = 0
    package var repeatedAnswers = 0
    /// Messages that share much with an earlier one, if they do not repeat it.
    package var alikePrompts = 0
    /// Messages that are, for the most part, the answer before them.
    package var echoes = 0

    package init() {}

    /// Hands over every count in the order in which they are stored; new ones go at the end.
    mutating func visit(_ body: (inout Int) -> Void) {
      body(&answers)
      body(&unread)
      body(&takenUp)
      body(&unrelated)
      body(&sameTargets)
      body(&repeatedPrompts)
      body(&repeatedAnswers)
      body(&alikePrompts)
      body(&echoes)
    }
  }

  /// What it did.
  package struct Work: Codable, Hashable, Sendable {
    package var calls = 0
    package var reads = 0
    package var searches = 0
    package var edits = 0
    package var editsRefused = 0
    /// Proposals that the person changed before accepting them.
    package var editsReworked = 0
    package var linesAdded = 0
    /// Of them: taken away again by the session itself.
    package var linesUndone = 0
    /// Of them: in no commit.
    package var linesLanded = 0
    package var tests = 0
    package var testsFailed = 0
    /// A test, build or check that failed, and succeeded later after an edit.
    package var failuresFixed = 0
    /// Commands that build, check, package, run or talk to the network.
    package var otherChecks = 0
    package var commitCommands = 0
    package var requests = 0
    package var outsideCalls = 0
    package var plans = 0
    package var agents = 0
    /// Readings of the tools' own records or of a counter of usage, and in how many turns.
    package var selfReadings = 0
    package var selfReadingTurns = 0
    /// Of the self-readings: of the records that a tool keeps of its sessions, not of a counter.
    package var recordReadings = 0
    /// Files that it edited, and those of them that it edited once and that nothing looked at afterwards: no other edit,
    /// no read, and no command that looks, checks or runs.
    package var files = 0
    package var abandonedFiles = 0

    package init() {}

    /// Hands over every count in the order in which they are stored; new ones go at the end.
    mutating func visit(_ body: (inout Int) -> Void) {
      body(&calls)
      body(&reads)
      body(&searches)
      body(&edits)
      body(&editsRefused)
      body(&editsReworked)
      body(&linesAdded)
      body(&linesUndone)
      body(&linesLanded)
      body(&tests)
      body(&testsFailed)
      body(&failuresFixed)
      body(&otherChecks)
      body(&commitCommands)
      body(&requests)
      body(&outsideCalls)
      body(&plans)
      body(&agents)
      body(&selfReadings)
      body(&selfReadingTurns)
      body(&recordReadings)
      body(&files)
      body(&abandonedFiles)
    }

    /// Whether anything went out of the conversation.
    package var leftSomething: Bool {
      edits + commitCommands + requests + outsideCalls + tests + otherChecks > 0
    }
  }

  /// Commits that the session's turns led to, by what stands in them.
  package struct CommitCounts: Codable, Hashable, Sendable {
    package var all = 0
    package var landed = 0
    package var reviewed = 0
    /// Without any change.
    package var empty = 0
    /// Changing white space only.
    package var spacing = 0
    /// Taking away what the session's own commits put in, or putting back what they took away.
    package var churn = 0
    /// Only adding files that no other commit ever touched.
    package var filler = 0
    /// Mostly lines that stand elsewhere in the repository already.
    package var copied = 0

    package init() {}

    /// Hands over every count in the order in which they are stored; new ones go at the end.
    mutating func visit(_ body: (inout Int) -> Void) {
      body(&all)
      body(&landed)
      body(&reviewed)
      body(&empty)
      body(&spacing)
      body(&churn)
      body(&filler)
      body(&copied)
    }

    /// Commits that change nothing, or nothing that was not there; each is of one sort.
    package var hollow: Int { empty + spacing + churn + copied }
  }
}
