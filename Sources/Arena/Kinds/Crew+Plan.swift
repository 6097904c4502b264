import Ledger

/// When whom does what: every member's weeks.
extension Crew {
  var weekCount: Int { Int((end - start).wholeMilliseconds / (7 * 86_400_000)) }

  mutating func plan(member index: Int) {
    let member = members[index]
    var chance = member.chance
    let temper = member.temper
    // Everybody's own share of everything that the kind does.
    let work = member.kind.work.map { ($0.script, $0.weight * chance.spread(around: 1.0, sigma: 0.4)) }
    let nightMinute = chance.int64(0...59)
    for week in 0..<weekCount {
      let monday = start + .days(Int64(week) * 7) - temper.offset
      let isAway = chance.happens(7)
      if !isAway {
        var count = chance.count(mean: chance.spread(around: temper.sessionsPerWeek, sigma: 0.3))
        var times: [Instant] = []
        while count > 0, let day = temper.workdays.isEmpty ? nil : chance.pick(temper.workdays) {
          count -= 1
          let within = Double(temper.dayLength.wholeMilliseconds) * chance.unit()
          times.append(monday + .days(Int64(day)) + temper.dayStart + .milliseconds(Int64(within)))
        }
        for at in times.sorted() {
          plan(.session(member: index, script(work, temper, &chance)), at: at)
        }
        planRoutine(index, monday: monday, &chance)
      }
      planPrograms(index, monday: monday, minute: nightMinute, &chance)
      if member.kind.isBurner, burns(member, at: monday + .days(6)) {
        planBurning(index, monday: monday, week: week, &chance)
      }
    }
    members[index].chance = chance
  }

  private func script(_ work: [(Script, Double)], _ temper: Temper, _ chance: inout Chance) -> Script {
    if chance.happens(temper.looksAtUsage) { return .usageLook }
    if chance.happens(temper.breaksOff) { return .trifle }
    return work[chance.index(weights: work.map(\.1))].0
  }

  private mutating func planRoutine(_ index: Int, monday: Instant, _ chance: inout Chance) {
    let temper = members[index].temper
    let isCron: Bool
    switch temper.morningRoutine {
    case .none: return
    case .cron: isCron = true
    case .typed: isCron = false
    }
    for day in temper.workdays where chance.happens(isCron ? 97 : 70) {
      let late: Duration = isCron ? .milliseconds(chance.int64(200...1900)) : .minutes(chance.int64(0...40))
      plan(
        .session(member: index, .morning(isCron: isCron)),
        at: monday + .days(Int64(day)) + temper.dayStart + late)
    }
  }

  private mutating func planPrograms(_ index: Int, monday: Instant, minute: Int64, _ chance: inout Chance) {
    switch members[index].kind {
    case .nightly:
      for day in 0..<5 where chance.happens(92) {
        plan(
          .session(member: index, .nightly),
          at: monday + .days(Int64(day)) + .hours(2) + .minutes(minute)
            + .milliseconds(chance.int64(300...2500)))
      }
    case .evaluator:
      for day in [1, 3] {
        plan(
          .session(member: index, .evaluation),
          at: monday + .days(Int64(day)) + .hours(19) + .minutes(minute)
            + .milliseconds(chance.int64(300...2500)))
      }
    default: break
    }
  }

  /// Whether somebody burns by then: from the announcement on, or some weeks later.
  func burns(_ member: Member, at instant: Instant) -> Bool {
    guard let announced else { return true }
    return instant >= announced + .days(7 * Int64(member.scheme.delayWeeks))
  }

  private mutating func planBurning(_ index: Int, monday: Instant, week: Int, _ chance: inout Chance) {
    let member = members[index]
    let scheme = member.scheme
    let script: Script
    switch member.kind {
    case .ticking, .jittered, .officeHours: script = .tick
    case .recipes: script = .recipe
    case .chains: script = .chain
    case .throwaway: script = .throwaway
    case .filler: script = .filler
    case .forger: script = .forge
    case .ruleAware: script = .masquerade
    case .diluted:
      // Besides what is between the turns of real sessions.
      script = chance.happens(50) ? .tick : .recipe
      for _ in 0..<chance.count(mean: scheme.sessionsPerWeek) {
        let at = monday + .days(Int64(chance.pick(member.temper.workdays))) + member.temper.dayStart
        plan(.session(member: index, .build(.diluted)), at: at + .minutes(chance.int64(0...420)))
      }
    case .quota:
      let day: Int64 = scheme.variant == 0 ? 4 : scheme.variant == 1 ? 5 : 6
      return plan(.weekend(member: index, week: week), at: monday + .days(day) + .hours(18))
    case .peerAverage:
      return plan(.weekend(member: index, week: week), at: monday + .days(4) + .hours(15))
    default: return
    }
    var count = scheme.sessionsPerWeek
    if member.kind == .diluted { count *= 0.5 }
    for number in 0..<chance.count(mean: count) {
      // Timers start on the minute, every day at the same hour; people when they have nothing better to do.
      let isTimer = member.kind == .ticking || (member.kind == .jittered && scheme.variant < 2)
      let day = Int64(isTimer ? number % 7 : chance.pick(member.temper.workdays))
      let within =
        isTimer
        ? Duration.minutes(Int64(scheme.variant) * 97)
        : .milliseconds(chance.int64(0...member.temper.dayLength.wholeMilliseconds))
      plan(.session(member: index, script), at: monday + .days(day) + member.temper.dayStart + within)
    }
  }
}
