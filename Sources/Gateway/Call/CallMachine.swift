/// The course of one call as a value: what happened goes in, what is to be done comes out, nothing else happens.
///
/// A call is one or more attempts at upstreams, of which at most one answers the client. A further attempt is made
/// only while the client has not had a byte. An attempt whose client has left goes on, within bounds, since the
/// provider's last event says what it cost.
struct CallMachine: Sendable {
  /// How one attempt ended.
  enum AttemptEnd: Equatable, Sendable {
    /// The answer came to its end, or its last usage event was seen: nothing more could change the bill.
    case completed
    /// The upstream said no; its answer is passed on or another attempt is made.
    case refused
    case failed(UpstreamFailure)
    /// The answer broke off before its end.
    case cut
    /// The client left, and the upstream was not, or not to the end, read on.
    case clientLeft
  }

  /// What the connection to the client has to do next.
  enum Action: Equatable, Sendable {
    case none
    /// Open the next attempt, after a pause if the same upstream is asked again.
    case attempt(Int, pause: Duration)
    /// Write the head of the answer, then its parts as they come.
    case forwardHead
    case forward
    /// Keep the part: the answer is an error that another attempt may replace.
    case hold
    /// Nobody reads it; only its usage counts.
    case discard
    /// The held error answer is the last word: write it.
    case forwardHeld
    /// End the answer to the client.
    case finish
    /// Tell the client that no upstream answered.
    case refuse(UpstreamFailure)
    /// The answer is under way and cannot be completed: say so in its stream, if it is one, and hang up.
    case abort
    /// Go on reading for nobody, until a deadline.
    case drain
    case cancelUpstream
  }

  private enum State: Equatable {
    case waiting
    case holding
    case answering
    case done
  }

  /// The upstreams to ask, in order; one may stand there several times.
  let plan: [Int]
  let drains: Bool
  private(set) var attempt = -1
  private(set) var clientIsThere = true
  /// Whether the client has been sent any of an answer.
  private(set) var hasAnswered = false
  private var state = State.waiting
  private var status = 0

  init(plan: [Int], drains: Bool) {
    self.plan = plan
    self.drains = drains
  }

  var isDone: Bool { state == .done }
  private var canTryAgain: Bool { clientIsThere && !hasAnswered && attempt + 1 < plan.count }

  mutating func start() -> Action { next() }

  private mutating func next() -> Action {
    let previous = attempt >= 0 ? plan[attempt] : nil
    attempt += 1
    state = .waiting
    let repeats = plan[...attempt].count { $0 == plan[attempt] }
    let pause: Duration = previous == plan[attempt] ? .milliseconds(100 << min(repeats, 6)) : .zero
    return .attempt(attempt, pause: pause)
  }

  mutating func answerBegan(status: Int) -> Action {
    guard state == .waiting else { return .none }
    self.status = status
    if Self.mayBeReplaced(status, hasOtherUpstream: hasOtherUpstream), canTryAgain {
      state = .holding
      return .hold
    }
    state = .answering
    guard clientIsThere else { return .discard }
    hasAnswered = true
    return .forwardHead
  }

  func answerPart() -> Action {
    switch state {
    case .holding: .hold
    case .answering: clientIsThere ? .forward : .discard
    case .waiting, .done: .none
    }
  }

  mutating func answerEnded() -> (AttemptEnd, Action)? {
    switch state {
    case .waiting, .done: return nil
    case .holding: return (.refused, replaceHeld())
    case .answering:
      state = .done
      return (status < 400 ? .completed : .refused, clientIsThere ? .finish : .none)
    }
  }

  /// - Parameter isSettled: The usage event that ends the bill was seen: what comes after cannot change it.
  mutating func upstreamFailed(_ failure: UpstreamFailure, isSettled: Bool) -> (AttemptEnd, Action)? {
    switch state {
    case .done: return nil
    case .waiting:
      if failure.mayBeTriedAgain, canTryAgain { return (.failed(failure), next()) }
      state = .done
      return (clientIsThere ? .failed(failure) : .clientLeft, clientIsThere ? .refuse(failure) : .none)
    case .holding:
      // The head of an error came and its body broke off: what there is of it is as good as any.
      return (.refused, replaceHeld())
    case .answering:
      state = .done
      let end: AttemptEnd = isSettled ? .completed : clientIsThere ? .cut : .clientLeft
      return (end, clientIsThere ? .abort : .none)
    }
  }

  mutating func clientLeft() -> Action {
    guard clientIsThere else { return .none }
    clientIsThere = false
    if state == .done { return .none }
    return drains && state != .holding ? .drain : .cancelUpstream
  }

  /// While a pause between attempts runs, nothing is open upstream.
  mutating func clientLeftInPause() {
    clientIsThere = false
    state = .done
  }

  private mutating func replaceHeld() -> Action {
    if canTryAgain { return next() }
    state = .done
    guard clientIsThere else { return .none }
    hasAnswered = true
    return .forwardHeld
  }

  private var hasOtherUpstream: Bool { plan[(attempt + 1)...].contains { $0 != plan[attempt] } }

  /// Whether another attempt may answer in place of an error. A refusal for want of quota is the client's to wait
  /// for, unless another upstream stands by.
  private static func mayBeReplaced(_ status: Int, hasOtherUpstream: Bool) -> Bool {
    switch status {
    case 500, 502, 503, 504, 529: true
    case 408, 429: hasOtherUpstream
    default: false
    }
  }
}

/// Why an upstream gave no answer, or not a whole one.
enum UpstreamFailure: Error, Equatable, Sendable {
  /// No connection came about; nothing was sent.
  case unreachable
  /// The connection ended before the answer, or in it.
  case closed
  case timedOut
  /// What came was no HTTP.
  case garbled
  /// The spool cannot be written, so that the call could not be recorded.
  case unrecorded
  /// The gateway is stopping.
  case stopping

  /// Whether nothing was sent: what may have been served is not asked for a second time on one reservation. Clients
  /// that want to try again do so by themselves, as a new call.
  var mayBeTriedAgain: Bool { self == .unreachable }
}
