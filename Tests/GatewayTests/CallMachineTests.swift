import Testing
import TestCorpus

@testable import Gateway

@Suite("The course of a call")
struct CallMachineTests {
  @Test("An answer is passed on as it comes, and ends with its end")
  func plainAnswer() {
    var machine = CallMachine(plan: [0], drains: true)
    #expect(machine.start() == .attempt(0, pause: .zero))
    #expect(machine.answerBegan(status: 200) == .forwardHead)
    #expect(machine.answerPart() == .forward)
    guard let (end, action) = machine.answerEnded() else { return #expect(Bool(false)) }
    #expect(end == .completed)
    #expect(action == .finish)
    #expect(machine.isDone)
  }

  @Test(
    "An error is replaced by another attempt only while there is one, and by another upstream for want of quota",
    arguments: [
      (500, [0, 0], true), (503, [0, 1], true), (529, [0, 1], true), (503, [0], false), (429, [0, 0], false),
      (429, [0, 1], true), (400, [0, 1], false), (401, [0, 1], false), (200, [0, 1], false),
    ])
  func replacedErrors(status: Int, plan: [Int], isReplaced: Bool) {
    var machine = CallMachine(plan: plan, drains: true)
    _ = machine.start()
    #expect(machine.answerBegan(status: status) == (isReplaced ? .hold : .forwardHead))
    if isReplaced {
      #expect(machine.answerPart() == .hold)
      guard let (end, action) = machine.answerEnded() else { return #expect(Bool(false)) }
      #expect(end == .refused)
      guard case .attempt(1, _) = action else { return #expect(Bool(false), "\(action)") }
      // The last one's word is passed on, whatever it is.
      #expect(machine.answerBegan(status: status) == .forwardHead)
    }
  }

  @Test("The same upstream is asked again after a pause, another at once")
  func pauses() {
    var machine = CallMachine(plan: [0, 0, 1], drains: true)
    _ = machine.start()
    guard
      case (.failed(.unreachable), .attempt(1, let pause))? = machine.upstreamFailed(
        .unreachable, isSettled: false)
    else { return #expect(Bool(false)) }
    #expect(pause > .zero)
    guard case (_, .attempt(2, pause: .zero))? = machine.upstreamFailed(.unreachable, isSettled: false) else {
      return #expect(Bool(false))
    }
  }

  @Test("T2: a stream that breaks off after its last usage event is complete, whoever broke it off")
  func completeByItsUsage() {
    for clientIsThere in [true, false] {
      var machine = CallMachine(plan: [0], drains: true)
      _ = machine.start()
      _ = machine.answerBegan(status: 200)
      if !clientIsThere { #expect(machine.clientLeft() == .drain) }
      guard let (end, _) = machine.upstreamFailed(.closed, isSettled: true) else {
        return #expect(Bool(false))
      }
      #expect(end == .completed)
    }
  }

  @Test("What times out is not asked again: it may be under way still")
  func timeOut() {
    var machine = CallMachine(plan: [0, 1], drains: true)
    _ = machine.start()
    guard let (end, action) = machine.upstreamFailed(.timedOut, isSettled: false) else {
      return #expect(Bool(false))
    }
    #expect(end == .failed(.timedOut))
    #expect(action == .refuse(.timedOut))
  }

  @Test("Whatever happens in whatever order, every attempt ends once and the client is answered at most once")
  func anyOrder() {
    for seed in 0..<3000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let plan = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 0...2, using: &random)
      }
      var machine = CallMachine(plan: plan, drains: Bool.random(using: &random))
      var open: Set<Int> = []
      var ended: [Int: Int] = [:]
      var heads = 0
      var closings = 0
      var clientIsThere = true

      func take(_ action: CallMachine.Action) {
        switch action {
        case .attempt(let index, _):
          #expect(heads == 0, "no attempt after the first byte")
          #expect(open.isEmpty, "one attempt at a time")
          open.insert(index)
        case .forwardHead, .refuse:
          #expect(clientIsThere)
          heads += 1
          if case .refuse = action { closings += 1 }
        case .forwardHeld:
          heads += 1
          closings += 1
        case .finish, .abort: closings += 1
        case .none, .forward, .hold, .discard, .drain, .cancelUpstream: break
        }
      }
      func end(_ result: (CallMachine.AttemptEnd, CallMachine.Action)?) {
        guard let (_, action) = result else { return }
        let attempt = open.removeFirst()
        ended[attempt, default: 0] += 1
        take(action)
      }

      take(machine.start())
      var steps = 0
      while !machine.isDone {
        steps += 1
        switch steps > 60 ? 3 : Int.random(in: 0...4, using: &random) {
        case 0:
          take(machine.answerBegan(status: [200, 400, 429, 503, 529].randomElement(using: &random) ?? 200))
        case 1: take(machine.answerPart())
        case 2: end(machine.answerEnded())
        case 3:
          let failures: [UpstreamFailure] = [.closed, .timedOut, .unreachable, .garbled, .stopping]
          end(
            machine.upstreamFailed(
              failures.randomElement(using: &random) ?? .closed, isSettled: Bool.random(using: &random)))
        default:
          guard clientIsThere, Int.random(in: 0...9, using: &random) == 0 else { continue }
          clientIsThere = false
          take(machine.clientLeft())
        }
      }
      #expect(open.isEmpty)
      #expect(ended.values.allSatisfy { $0 == 1 })
      #expect(heads <= 1)
      #expect(closings <= 1)
      if clientIsThere { #expect(closings == 1, "a client that stayed has had an end") }
    }
  }
}
