/// A figure and how much of what it is about was known to it. What is not known is `nil`, and never 0.
package struct DORAFigure: Hashable, Sendable {
  package var value: Double?
  package var known: Int
  package var of: Int

  package init(_ value: Double?, known: Int, of: Int) {
    self.value = value
    self.known = known
    self.of = of
  }
}

/// A median and how many of what it is about it was taken of.
package struct DORADuration: Hashable, Sendable {
  package var median: Duration?
  package var known: Int
  package var of: Int
  /// Of a lead time: deployments of which it is known what they brought.
  package var deploymentsRead: Int?
  package var ofDeployments: Int?

  package init(
    _ median: Duration?, known: Int, of: Int, deploymentsRead: Int? = nil, ofDeployments: Int? = nil
  ) {
    self.median = median
    self.known = known
    self.of = of
    self.deploymentsRead = deploymentsRead
    self.ofDeployments = ofDeployments
  }
}

/// The five figures of one service in one period.
package struct DORAFigures: Hashable, Sendable {
  /// Deployments to production that went live in the period. One that failed before it did is none.
  package var deployments = 0

  /// *Deployment frequency*: deployments to production in a day, on average.
  ///
  /// `nil` if no deployment to production was ever reported. Coverage: deployments known to be to production, of those
  /// and the ones of which it is not known.
  package var deploymentsPerDay = DORAFigure(nil, known: 0, of: 0)

  /// *Change lead time*: from a change's first commit to the deployment to production that contains it.
  ///
  /// What a deployment contains are the commits between it and the deployments before it, as pushes to the main line
  /// list them. A merged request is one change, whose commits the pushes to its branch tell; what was pushed to the
  /// main line without one is one change a push. Coverage: changes whose first commit is known, of those contained;
  /// and deployments whose contents are known.
  package var leadTime = DORADuration(nil, known: 0, of: 0, deploymentsRead: 0, ofDeployments: 0)

  /// *Change fail rate*: the share of deployments to production that needed somebody to step in at once: that an
  /// incident names, or names a commit of, as its cause.
  ///
  /// `nil` if no incident was ever reported, or nothing was deployed. Coverage: incidents that began in the period and
  /// name a deployment or a commit that was deployed, of all that began in it; the others may be failures of
  /// deployments too, so that the rate is at least this.
  package var changeFailRate = DORAFigure(nil, known: 0, of: 0)

  /// *Failed deployment recovery time*: from the beginning of an incident that a deployment caused to its end.
  ///
  /// Coverage: incidents that ended, of those in the period that a deployment caused.
  package var recoveryTime = DORADuration(nil, known: 0, of: 0)

  /// *Deployment rework rate*: the share of deployments to production that nobody had planned and an incident made
  /// necessary: that say so themselves, or contain what an incident names as its remedy, or a change that says it fixes
  /// an incident.
  ///
  /// Coverage: deployments that say so or whose contents are known, of all.
  package var reworkRate = DORAFigure(nil, known: 0, of: 0)

  package init() {}
}
