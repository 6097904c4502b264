/// The parts that ``Speech`` puts together.
enum Wording {
  static let fields = [
    "arrival", "balance", "capacity", "deadline", "depth", "draught", "fee", "heading", "length", "limit",
    "margin", "owner", "priority", "rate", "reference", "status", "stay", "total", "volume", "weight",
  ]
  static let subjects = [
    "the {a} of a {n}", "every {n} without a {b}", "the loop over {n}s", "what reads the {a}",
    "the check on {b}", "an empty {o}", "the {w}", "a {n} above {k}", "the error for a missing {a}",
    "whoever calls the {w}", "the second {n} of a day", "the constant of {k}", "a {b} below zero",
    "the cache of {n}s", "the order of {o}s", "that branch of the {w}", "the test of the {b}",
    "the old {o}", "a retry of the {n}", "the lock around {a}",
  ]
  static let verbs = [
    "is compared with", "comes before", "never reaches", "overwrites", "is rounded to", "depends on", "hides",
    "is kept beside", "goes through", "is counted twice with", "replaces", "waits for", "is parsed like",
    "falls back to", "keeps a copy of", "is checked against", "ignores", "ends up in", "shares a type with",
    "should be split from",
  ]
  static let objects = [
    "the {b} of its {n}", "whatever {o} the caller gives", "the first {a} of the list", "{k} at most",
    "a map keyed by {o}", "the {n} that came before", "the default {b}", "one file of {n}s",
    "the time zone of the {o}", "its own {a}", "a {o} nobody set", "the row above", "the {w} as it was",
    "the sum of the {o}s", "an index on {a}", "the same {n} under another {b}", "a queue of {k}",
    "the upper bound", "the message in the log", "an older form of the {n}",
  ]
  static let adjuncts = [
    "when the port is closed", "on every second call", "as long as {k} is not exceeded",
    "before the {o} is known",
    "since the {n} was moved", "only in the tests", "in the nightly run", "if two arrive at once",
    "after the {b} was renamed", "for {n}s without {o}", "even though the type says otherwise",
    "once the file is longer than {k} lines", "under load", "in the older records", "with an empty list",
    "unless {a} is set", "while the {w} is starting", "at the end of a month", "for the larger customers",
    "on the second page",
  ]
  static let clauses = [
    "which explains the {o} you saw", "so a {n} can be lost", "and nobody is told", "which is what we want",
    "though the comment says {k}", "so I would move it up", "and that is tested",
    "which costs a second query",
    "but only for {o}", "so the {a} stays as it is", "and the {b} is recomputed", "which the caller can see",
    "so it is safe to drop", "though it was {k} once",
  ]
  static let openers = [
    "Morning.", "Quick one:", "So,", "I was reading the {w}.", "Customer asked about {n}s again.",
    "Following up on the {o} thing.", "Context: we moved the {a} last week.", "Right.",
    "I have ten minutes before the call.",
    "Looking at the {n} code now.", "Bear with me,", "From the ticket about {b}:",
    "The build is green again, so:",
    "One more thing.", "As discussed with the port people,", "Still on the {n}s.", "Hmm.",
    "New day, new {n}.",
  ]
  static let questions = [
    "How does the {w} treat a {n} without {a}?", "Where is the {b} set for the first time?",
    "Why would {a} and {o} differ for one {n}?", "What happens above {k}?",
    "Who else reads the {b} of a {n}?", "Is it safe to call the {w} twice with one {a}?",
    "Which test covers a {n} whose {o} is empty?", "Could the {o} be dropped without breaking the {w}?",
    "What would it take to make {a} optional?", "Does the {n} keep its {b} over a restart?",
    "Can you find every place that assumes {k}?", "How long does the {w} take for {k} {n}s?",
    "What is the difference between {a} and {o} here?", "Why is the {n} sorted by {b}?",
    "When did the {o} become a number?", "How would I reproduce the {n} with two {a}s?",
    "What does the error about {b} mean for a caller?", "Is {k} per day or per {n}?",
    "Would an index on {o} help the {w}?", "Which of {a} and {b} wins if both are given?",
    "How do other projects handle a late {n}?", "Is there a race between {a} and {o}?",
    "What do we lose if the {w} is off for an hour?", "Can a {n} have more than one {o}?",
  ]
  static let followUps = [
    "You say", "Wait,", "So", "Where does this come from:", "And what about", "I do not follow",
    "Do you mean that", "Is it certain that", "In which case", "Sorry, what is", "Fine, but why",
    "Then how about", "Interesting:", "Would that change if",
  ]
  static let reasons = [
    "I want to change the {o} next week.", "The port office complained.", "It is for the review of the {w}.",
    "We saw a wrong {b} in the report.", "There was a {n} with {k} of them.", "No hurry.",
    "The {a} came back empty yesterday.", "I have to explain it to the customer.", "It blocks the {n} work.",
    "The old docs say otherwise.", "Support has three tickets about it.",
    "I would rather delete it than keep it.",
    "We promised {k} by Friday.", "My change of the {b} fails one test.", "It is slow since the move.",
    "Asking because of the audit.",
  ]
  static let requests = [
    "Add a {w} that keeps {a} and {b}.", "We need the {w}: {a} in, {b} out.", "Write the {w} now, please.",
    "Please build a {w} which refuses a {b} above {k}.", "Let us have a first version of the {w}.",
    "Make a {w}; look at how its neighbours do it.", "Implement {n} {b} checks, {k} at most.",
    "Could you put together the {w} from the ticket?", "Start on the {w}, with {a} as the key.",
    "Take the notes above and write the {w}.", "I want {n}s to know their {b}; add what is missing.",
    "Give {n}s a {a} and make the {w} use it.", "Next part: the {w}.",
    "Turn the sketch of the {w} into code.",
    "Port the {w} from the old system, {a} and {b} only.", "Create the {w}, small and boring.",
    "The {w} is missing, can you write it?", "Handle a {n} over {k} properly in a {w}.",
  ]
  static let constraints = [
    "No new dependency.", "Errors must name the {a}.", "Keep it below a hundred lines.",
    "Follow the naming of the other {n}s.", "The limit is {k}.", "Do not touch the {o}.",
    "Tests can wait.", "Please with tests for the bound.", "It has to work without {b}.",
    "Mind that {a} may be empty.", "Do not sort by {o}.", "Leave a comment why {k}.",
    "It runs once a night, speed does not matter.", "It is called for every {n}, so be quick.",
    "Stop and ask if the {o} is unclear.", "Same style as yesterday.", "Types first.", "Only this one file.",
  ]
  static let changes = [
    "Rename {a} so that it says what it is.", "The bound should be {k}, not what you wrote.",
    "Do not swallow the error for {b}.", "This fails for a {n} without {o}; mend it.",
    "Split the {b} check into a function.", "I would rather return early when {a} is empty.",
    "That is too clever. Write it as a loop over the {n}s.", "Take out the {o} again, we do not need it.",
    "Can the {w} log the {a} it refuses?", "Sort by {b}, then by {o}.", "Use the constant instead of {k}.",
    "The second half repeats the first; share it.", "What if {k} arrive at once? Cover that.",
    "Make {b} a parameter.", "The comment is wrong about {a}.", "It should keep the {o} of the first {n}.",
  ]
  static let briefs = [
    "yes", "go on", "ok, do it", "continue", "thanks", "looks good", "try again", "no, the other one",
    "commit it", "run the tests", "hm, why?", "please fix", "again", "yes please", "stop, wrong file",
  ]
  static let commits = [
    "Add {w}", "{w}: limit of {k}", "Give {n}s a {b}", "Check {a} of {n}s", "First version of the {w}",
    "{n}: keep {a} and {b}", "Refuse a {n} above {k}", "Make the {w} work without {o}",
    "Write {n} {b}s in order of {a}",
  ]
}
