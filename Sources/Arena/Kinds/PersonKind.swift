/// What somebody does with AI tools, as ``ArenaOrganisation`` plays it: the honest, and those whose tokens are for the
/// metric. Each person of a kind draws a temper of their own, so that no two do the same.
///
/// Burners' designs are public: recipes with subagents, self-metering and tail calls are those of the plugin
/// `token-burner`, fixed intervals those of `ai-token-burner`.
package enum PersonKind: String, CaseIterable, Sendable, Codable, Hashable, CodingKeyRepresentable {
  // The honest.
  case heavy
  case researcher
  case reviewer
  case responder
  case learner
  case writer
  case elsewhere
  case squasher
  case nightly
  case evaluator
  case flaky
  case owl
  case partTimer = "part-timer"
  case prototyper
  case pair
  // Burners.
  case ticking
  case jittered
  case officeHours = "office-hours"
  case recipes
  case chains
  case diluted
  case quota
  case peerAverage = "peer-average"
  case throwaway
  case filler
  case forger
  case ruleAware = "rule-aware"

  package var isBurner: Bool {
    switch self {
    case .heavy, .researcher, .reviewer, .responder, .learner, .writer, .elsewhere, .squasher, .nightly,
      .evaluator, .flaky, .owl, .partTimer, .prototyper, .pair:
      false
    case .ticking, .jittered, .officeHours, .recipes, .chains, .diluted, .quota, .peerAverage, .throwaway,
      .filler, .forger, .ruleAware:
      true
    }
  }

  package static var honest: [PersonKind] { allCases.filter { !$0.isBurner } }
  package static var burners: [PersonKind] { allCases.filter(\.isBurner) }

  /// Kinds that no weight is fitted on unless somebody asks for it: about a third of either class, chosen so that
  /// each has something that no kind seen in fitting has.
  package static let heldOutByDefault: Set<PersonKind> = [
    .reviewer, .writer, .flaky, .prototyper, .pair, .officeHours, .chains, .quota, .filler, .ruleAware,
  ]

  /// Who that is, in words.
  package var meaning: String {
    switch self {
    case .heavy: "many sessions a day, most of whose work lands"
    case .researcher: "reads and asks for days, and commits nothing"
    case .reviewer: "has changes of others explained and comments on them"
    case .responder: "looks for the cause of incidents, often at odd hours"
    case .learner: "new; many small questions, exercises that are thrown away"
    case .writer: "writes documents with the tool, some in a repository"
    case .elsewhere: "works in repositories that nobody has registered"
    case .squasher: "works on branches that become one commit each"
    case .nightly: "has agents at work at night, on declared schedules"
    case .evaluator: "runs an evaluation of many like prompts, declared"
    case .flaky: "runs the same failing tests again and again until they are mended"
    case .owl: "works late at night and on Sundays"
    case .partTimer: "some sessions in two days a week"
    case .prototyper: "builds what often comes to nothing"
    case .pair: "two people at one machine, one account"
    case .ticking: "a timer sends the same prompt every so many minutes"
    case .jittered: "a timer whose intervals vary by chance"
    case .officeHours: "a timer that keeps to working hours and takes breaks"
    case .recipes:
      "reads the repository, has subagents write plans nobody wants, meters itself up to a round number"
    case .chains: "agents that review each other's output"
    case .diluted: "purposeless turns and sessions between real ones"
    case .quota: "fills up the week's quota on its last evening"
    case .peerAverage: "burns just as much as puts them above their peers"
    case .throwaway: "has prototypes written and deletes them"
    case .filler: "commits that exist to exist, on the main line"
    case .forger: "logs that were copied, shifted or made up"
    case .ruleAware: "knows what is looked for and imitates a person at work"
    }
  }

  /// What gives a burner away, or what speaks for an honest kind: what a judge has to go by.
  package var tell: String {
    switch self {
    case .heavy: "commits that hold, edits changed by hand, tests run"
    case .researcher: "questions that follow from answers, time to read them"
    case .reviewer: "review commands, questions about what others committed"
    case .responder: "incidents and deployments beside the sessions, short intense hours"
    case .learner: "questions that follow from answers, exercises run and changed by hand"
    case .writer: "documents edited again and again, some committed"
    case .elsewhere: "evidence incomplete: unknown, which is never suspicion"
    case .squasher: "lines found again in the squashed commit"
    case .nightly: "a declared schedule; some of its work is merged"
    case .evaluator: "a declared schedule; results that are committed"
    case .flaky: "failing tests, an edit, and then a pass that is committed"
    case .owl: "work that lands, whatever the hour"
    case .partTimer: "work that lands, however rarely"
    case .prototyper: "edits by hand, runs and tests; some of it lands"
    case .pair: "work that lands, though sessions overlap"
    case .ticking: "machine-regular gaps, one prompt all the time, nothing kept"
    case .jittered: "near-duplicate prompts, answers followed at once whatever their length, nothing kept"
    case .officeHours: "near-duplicate prompts over weeks, nothing kept"
    case .recipes:
      "reads its own transcript, chains of subagents, ends just past a round number, nothing kept"
    case .chains: "answers that are only ever the input of the next; nothing leaves the chain"
    case .diluted: "burnt turns have no reading time and touch nothing; the rest is real"
    case .quota: "reads its usage, stops just past the quota, repeats itself, nothing kept"
    case .peerAverage: "reads its usage, repeats itself, nothing kept"
    case .throwaway: "artefacts alike and gone by the hour"
    case .filler: "commits of white space, undone churn, files that nobody calls or touches"
    case .forger: "impossible speed, the same answers at other hours, identifiers copied"
    case .ruleAware: "little: branches that nobody merges, tests run on nothing"
    }
  }
}
