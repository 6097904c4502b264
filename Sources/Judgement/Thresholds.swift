extension EvidencePolicy {
  /// Where a count begins to be evidence. What is not in a file is as here.
  package struct Thresholds: Codable, Sendable, Hashable {
    /// Answers that a person had occasion to take up, below which nothing is said of how they did.
    package var fewestAnswers = 4
    /// Share of them that came faster than anybody reads, or that share nothing with the answer before.
    package var unreadShare = 0.7
    package var unrelatedShare = 0.9
    /// Messages that resemble an earlier one of the session, in number and as a share.
    package var fewestRepeats = 4
    package var repeatShare = 0.5
    /// How alike two sessions' messages have to be, as a Jaccard similarity of their shingles.
    package var duplicateLikeness = 0.8
    /// So many bins of a sketch have to be filled: less text than that is alike by chance.
    package var fewestBins = 3
    package var duplicates = 3
    package var manyDuplicates = 12
    /// How alike two messages have to be, and in how many sessions nearly the same one has to come; so many such messages
    /// are most of a session's if they are this share of its turns.
    package var messageLikeness = 0.75
    package var recurringSessions = 4
    package var fewestRecurring = 3
    package var recurringShare = 0.5
    /// Gaps below which nothing is said of their rhythm: as even as a machine's, or with jitter.
    package var fewestRegularGaps = 6
    package var fewestGaps = 8
    /// Spread of the gaps (median absolute deviation by median) of what a machine keeps, and of what it jitters.
    package var regularSpread = 0.05
    package var jitteredSpread = 0.35
    /// Score from which starts count as kept by a machine, as beacons are scored (see ``Rhythm``).
    package var regularScore = 0.9
    package var jitteredScore = 0.75
    /// Readings of its own records or of a counter of usage.
    package var selfReadings = 1
    package var manySelfReadings = 3
    /// Agents that were started while nothing went out of the session.
    package var chainAgents = 3
    package var deepChainAgents = 8
    /// Share of the lines it added that it took away again.
    package var undoneShare = 0.7
    package var fewestUndoneLines = 10
    /// Files that a session wrote, if none of them was looked at again.
    package var abandonedFiles = 2
    /// Share of a session's commits that exist to exist.
    package var hollowShare = 0.6
    /// Turns that overlap, end before they begin, or answered faster than any model writes.
    package var impossibleTurns = 2
    /// Messages that are mostly the answer before, in number and as a share; and of two sessions, how alike.
    package var fewestEchoes = 2
    package var echoShare = 0.4
    package var echoLikeness = 0.4
    package var fewestEchoBins = 8
    /// Other sessions of the person that bear a machine's marks, in number and as shares.
    package var fewestMarked = 3
    package var markedShare = 0.05
    package var manyMarkedShare = 0.15
    package var mostlyMarkedShare = 0.4
    /// Pauses of a person between an answer and the next message, in number, and how much their length varies (the
    /// standard deviation of its natural logarithm).
    package var fewestPauses = 3
    package var pauseVariation = 0.5
    package var takenUpShare = 0.25
    package var fewestTakenUp = 1

    package init() {}

    package init(from decoder: any Decoder) throws {
      self.init()
      let values = try decoder.container(keyedBy: CodingKeys.self)
      func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
        value = try values.decodeIfPresent(Value.self, forKey: key) ?? value
      }
      try read(.fewestAnswers, &fewestAnswers)
      try read(.unreadShare, &unreadShare)
      try read(.unrelatedShare, &unrelatedShare)
      try read(.fewestRepeats, &fewestRepeats)
      try read(.repeatShare, &repeatShare)
      try read(.duplicateLikeness, &duplicateLikeness)
      try read(.fewestBins, &fewestBins)
      try read(.duplicates, &duplicates)
      try read(.manyDuplicates, &manyDuplicates)
      try read(.messageLikeness, &messageLikeness)
      try read(.recurringSessions, &recurringSessions)
      try read(.fewestRecurring, &fewestRecurring)
      try read(.recurringShare, &recurringShare)
      try read(.fewestRegularGaps, &fewestRegularGaps)
      try read(.fewestGaps, &fewestGaps)
      try read(.regularSpread, &regularSpread)
      try read(.jitteredSpread, &jitteredSpread)
      try read(.regularScore, &regularScore)
      try read(.jitteredScore, &jitteredScore)
      try read(.selfReadings, &selfReadings)
      try read(.manySelfReadings, &manySelfReadings)
      try read(.chainAgents, &chainAgents)
      try read(.deepChainAgents, &deepChainAgents)
      try read(.undoneShare, &undoneShare)
      try read(.fewestUndoneLines, &fewestUndoneLines)
      try read(.abandonedFiles, &abandonedFiles)
      try read(.hollowShare, &hollowShare)
      try read(.impossibleTurns, &impossibleTurns)
      try read(.fewestMarked, &fewestMarked)
      try read(.markedShare, &markedShare)
      try read(.manyMarkedShare, &manyMarkedShare)
      try read(.mostlyMarkedShare, &mostlyMarkedShare)
      try read(.fewestEchoes, &fewestEchoes)
      try read(.echoShare, &echoShare)
      try read(.echoLikeness, &echoLikeness)
      try read(.fewestEchoBins, &fewestEchoBins)
      try read(.fewestPauses, &fewestPauses)
      try read(.pauseVariation, &pauseVariation)
      try read(.takenUpShare, &takenUpShare)
      try read(.fewestTakenUp, &fewestTakenUp)
    }
  }
}
