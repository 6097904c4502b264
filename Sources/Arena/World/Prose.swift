/// Plain English as people write it to a tool, and as tools answer.
enum Prose {
  static func request(_ feature: Feature, project: String, _ chance: inout Chance) -> String {
    let f = feature
    return chance.pick([
      "Add a \(f.words) to \(project). It needs the \(f.first) and the \(f.second), and must refuse more than \(f.number).",
      "We need a \(f.words). Look at how the other parts are registered and follow that. The limit is \(f.number), "
        + "and please don't add a dependency for it.",
      "Please write the \(f.words) we talked about: \(f.first) is the key, \(f.second) is a number, \(f.number) at most. "
        + "Tests can come later.",
      "The port office asked for a \(f.words) again. Smallest version that works, with clear errors when the "
        + "\(f.first) is missing.",
    ])
  }

  static func question(_ feature: Feature, path: String, _ chance: inout Chance) -> String {
    let f = feature
    return chance.pick([
      "How does \(path) decide what happens when two \(f.noun)s have the same \(f.first)?",
      "Walk me through \(path). I want to understand where the \(f.second) is checked before I change anything.",
      "Where would a negative \(f.second) of a \(f.noun) be caught today, if at all?",
      "Is there a reason why the \(f.words) keeps the \(f.first) as text? What would break if it were a number?",
    ])
  }

  static func followUp(_ feature: Feature, _ chance: inout Chance) -> String {
    let f = feature
    return chance.pick([
      "So the \(f.second) is only checked when it is read. And what if the \(f.first) changes in between?",
      "OK, and the bound of \(f.number): does the caller see which \(f.noun) was refused, or only that one was?",
      "That explains it. Which of the two would you drop, the \(f.first) check or the one on \(f.second), and why?",
      "Then what happens to a \(f.noun) whose \(f.second) is exactly \(f.number)?",
    ])
  }

  static func testRequest(_ feature: Feature, _ chance: inout Chance) -> String {
    chance.pick([
      "Now tests for the \(feature.words), please: the usual cases and the bound of \(feature.number).",
      "Good. Cover the \(feature.first) and the \(feature.second) with tests, nothing fancy.",
      "Add tests. Include one where the \(feature.second) is at the limit.",
    ])
  }

  static func commitRequest(_ chance: inout Chance) -> String {
    chance.pick([
      "Looks good. Commit it.", "Run the tests once more and commit.",
      "Commit this with a short message, please.",
    ])
  }

  static func burn(project: String, round: Int) -> String {
    "Read every file in \(project) again and explain the whole architecture in as much detail as you can. "
      + "Do not change anything. Pass \(round)."
  }

  static func plan(_ feature: Feature, _ chance: inout Chance) -> String {
    chance.pick([
      "I'll look at how the existing parts are registered first.",
      "Let me read the neighbouring code before adding the \(feature.words).",
      "I'll start with the file itself, then register it.",
    ])
  }

  static func thought(_ feature: Feature, _ chance: inout Chance) -> String {
    let f = feature
    return sentences(
      [
        "The \(f.words) has two inputs, the \(f.first) and the \(f.second).",
        "The limit of \(f.number) should be a constant, since it is mentioned in two places.",
        "The registry lists every part in one file, so a new one must be added there.",
        "An empty \(f.first) has to be an error and not be skipped silently.",
        "I should check whether the \(f.second) can be negative in the data we get.",
      ], count: chance.int(2...4), &chance)
  }

  static func done(_ feature: Feature, _ chance: inout Chance) -> String {
    let f = feature
    return sentences(
      [
        "The \(f.words) is in place: it keeps the \(f.first), checks the \(f.second) and stops at \(f.number).",
        "An unknown \(f.first) is an error that names the value.",
        "It is registered next to the others.",
        "The tests pass.",
        "I left the existing files alone apart from the registration.",
      ], count: chance.int(2...4), &chance)
  }

  static func answer(_ feature: Feature, path: String, sentences count: Int, _ chance: inout Chance) -> String
  {
    let f = feature
    return sentences(
      [
        "In `\(path)` the \(f.first) is read first and compared as it is, so case matters.",
        "The \(f.second) is checked only after that, which is why a negative one gets as far as it does.",
        "If two entries share a \(f.first), the later one wins, because the map is written in the order of the input.",
        "The bound of \(f.number) is applied to the count of entries and not to the \(f.second) itself.",
        "A caller sees the line number, though not which \(f.noun) it was.",
        "There is no test for an empty \(f.first) – that would be the first thing to add.",
        "Nothing else in the project depends on the order, as far as the search shows.",
        "The error text mentions the \(f.first), so a person can find the row in the port authority’s file.",
        "Moving the check one level up would also cover the \(f.noun) client.",
        "Since the \(f.second) is a whole number here, rounding is not an issue; in the report it is.",
      ], count: count, &chance)
  }

  static func commitMessage(_ feature: Feature, _ chance: inout Chance) -> String {
    chance.pick([
      "Add \(feature.words)",
      "\(feature.noun.capitalised): \(feature.aspect.rawValue) with a limit of \(feature.number)",
      "Give the \(feature.noun) a \(feature.aspect.rawValue)",
    ])
  }

  private static func sentences(_ pool: [String], count: Int, _ chance: inout Chance) -> String {
    var text: [String] = []
    var start = chance.below(pool.count)
    for _ in 0..<count {
      text.append(pool[start % pool.count])
      start += 1 + chance.below(2)
    }
    return text.joined(separator: " ")
  }
}
