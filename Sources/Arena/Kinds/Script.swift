/// What one session is about.
enum Script: Sendable, Hashable {
  // Real work.
  case build(Fate)
  /// Questions about the project.
  case ask
  case review
  case incident
  case exercise
  case document(inRepository: Bool)
  case flaky
  case prototype
  /// A repository that nobody registered, or none.
  case elsewhere
  /// A short question, an errand, an abandoned start: what nobody remembers the day after.
  case trifle
  case usageLook
  case morning(isCron: Bool)
  case nightly
  case evaluation
  // For the metric.
  case tick
  case recipe
  case chain
  case throwaway
  case filler
  case forge
  case masquerade

  /// What becomes of what was built.
  enum Fate: Sendable, Hashable {
    case trunk, squashed, openBranch, discarded
    /// With purposeless turns between.
    case diluted
  }
}

extension PersonKind {
  /// How often which real session comes up; everybody's own habits vary it.
  var work: [(script: Script, weight: Double)] {
    switch self {
    case .heavy:
      [
        (.build(.trunk), 45), (.build(.squashed), 25), (.ask, 12), (.flaky, 5), (.build(.discarded), 4),
        (.trifle, 9),
      ]
    case .researcher: [(.ask, 75), (.elsewhere, 6), (.exercise, 4), (.trifle, 15)]
    case .reviewer: [(.review, 62), (.ask, 18), (.build(.trunk), 8), (.trifle, 12)]
    case .responder:
      [(.incident, 55), (.ask, 15), (.build(.trunk), 12), (.document(inRepository: true), 6), (.trifle, 12)]
    case .learner: [(.ask, 42), (.exercise, 32), (.build(.trunk), 6), (.build(.discarded), 6), (.trifle, 14)]
    case .writer:
      [(.document(inRepository: true), 45), (.document(inRepository: false), 30), (.ask, 12), (.trifle, 13)]
    case .elsewhere: [(.elsewhere, 86), (.ask, 6), (.trifle, 8)]
    case .squasher:
      [(.build(.squashed), 62), (.ask, 14), (.build(.openBranch), 6), (.review, 8), (.trifle, 10)]
    case .flaky: [(.flaky, 52), (.build(.trunk), 20), (.ask, 14), (.trifle, 14)]
    case .prototyper: [(.prototype, 60), (.build(.trunk), 14), (.ask, 14), (.trifle, 12)]
    case .pair: [(.build(.trunk), 45), (.build(.squashed), 20), (.ask, 20), (.trifle, 15)]
    case .nightly, .evaluator, .owl, .partTimer, .ticking, .jittered, .officeHours, .recipes, .chains,
      .diluted,
      .quota, .peerAverage, .throwaway, .filler, .forger, .ruleAware:
      [
        (.build(.trunk), 34), (.build(.squashed), 14), (.ask, 20), (.build(.openBranch), 4),
        (.build(.discarded), 6), (.review, 5), (.elsewhere, 4), (.document(inRepository: true), 3),
        (.trifle, 10),
      ]
    }
  }
}
