import Effects
import Sandbox
import Synchronization

/// A server as a command in the sandbox, with a message a line on its standard input and output (MCP 2026-07-28, stdio).
final class StdioTransport: ToolServerTransport {
  private let limits: ToolServerLimits
  private let pending = PendingAnswers()
  private let lines: AsyncStream<[UInt8]>
  private let out: AsyncStream<[UInt8]>.Continuation
  /// Ends when the command has been started, or could not be.
  let starting: AsyncStream<Never>
  private let started: AsyncStream<Never>.Continuation
  /// Ends when the transport does.
  private let open: AsyncStream<Never>
  private let closing: AsyncStream<Never>.Continuation
  private let places: Mutex<Int>

  /// A command has what it was started with and nothing that is renewed.
  var given: Set<String> { [] }

  init(limits: ToolServerLimits) {
    self.limits = limits
    places = Mutex(limits.calls)
    // What the server does not read stands here: no more than all that may be asked at once, and our refusals, which are
    // dropped before it grows.
    (starting, started) = AsyncStream.makeStream()
    (open, closing) = AsyncStream.makeStream()
    (lines, out) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(2 * limits.calls + 64))
  }

  // MARK: Carrying

  /// Carries messages to and from a command until either side ends it.
  func carry(_ command: HeldCommand) async {
    started.finish()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [lines] in
        for await line in lines {
          do { try await command.write(line) } catch { return }
        }
      }
      group.addTask { self.end(because: await self.receive(from: command)) }
      // Apart from the two: writing waits for ever for a command that does not read.
      group.addTask { [open] in
        for await _ in open {}
        await command.end()
      }
    }
  }

  func end(because reason: String) {
    pending.end(because: reason)
    out.finish()
    closing.finish()
    started.finish()
  }

  private struct Ended: Error { var reason: String }

  private func receive(from command: HeldCommand) async -> String {
    var buffer = LineBuffer(longest: limits.message)
    var unasked = Unasked(limits)
    do {
      try await command.read { piece in
        let lines: [[UInt8]]
        do { lines = try buffer.add(piece) } catch {
          throw Ended(reason: "it sent a message of more than \(limits.message) bytes")
        }
        for line in lines where !line.isEmpty { try take(line, &unasked) }
      }
      return "it ended"
    } catch let ended as Ended {
      return ended.reason
    } catch {
      return "its output cannot be read"
    }
  }

  private func take(_ line: [UInt8], _ unasked: inout Unasked) throws {
    do {
      switch try RPCMessage(line, limits: limits) {
      case .answer(let id, let answer):
        if pending.resolve(id, answer) { unasked.reset() } else { unasked.count(line.count) }
      case .request(let id, _):
        unasked.count(line.count)
        out.yield(RPCRequest.refusal(of: id) + [0x0A])
      case .notification: unasked.count(line.count)
      }
    } catch {
      unasked.countGarbage(line.count)
    }
    if let reason = unasked.problem { throw Ended(reason: reason) }
  }

  // MARK: Asking

  func ask(
    _ request: RPCRequest, revision: Revision, within patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer {
    guard let id = request.id else { throw .notSent("a notification has no answer") }
    guard take() else { throw .notSent("it is asked \(limits.calls) things already") }
    defer { places.withLock { $0 += 1 } }
    let answer = await withTaskGroup(of: PendingAnswers.Answer?.self) { group in
      group.addTask { [pending, out] in
        await pending.answer(to: id) { out.yield(request.bytes + [0x0A]) }
      }
      group.addTask {
        try? await Task.sleep(for: patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    switch answer {
    case .success(let answer)?: return answer
    case .failure(let failure)?:
      if Task.isCancelled { cancel(id) }
      throw failure
    case nil:
      cancel(id)
      throw .lost(
        Task.isCancelled ? "the run was stopped" : "it did not answer within \(patience.components.seconds) s"
      )
    }
  }

  private func take() -> Bool {
    places.withLock { free in
      guard free > 0 else { return false }
      free -= 1
      return true
    }
  }

  private func cancel(_ id: Int64) {
    let cancelled = RPCRequest(
      id: nil, method: "notifications/cancelled", parameters: ["requestId": .integer(id)])
    out.yield(cancelled.bytes + [0x0A])
  }

  func tell(_ notification: RPCRequest, revision: Revision) async { out.yield(notification.bytes + [0x0A]) }

  func close(revision: Revision) async { end(because: "it was closed") }
}

/// What a server sends that nobody asked for: a bound on it, so that a server cannot keep this process busy for ever.
struct Unasked {
  private let limits: ToolServerLimits
  private var messages = 0
  private var bytes = 0
  private var garbage = 0

  init(_ limits: ToolServerLimits) { self.limits = limits }

  mutating func count(_ bytes: Int) {
    messages += 1
    self.bytes += bytes
  }

  mutating func countBytes(_ bytes: Int) { self.bytes += bytes }

  mutating func countGarbage(_ bytes: Int) {
    garbage += 1
    self.bytes += bytes
  }

  /// An answer that was waited for: garbage stays counted, because no server has a reason for it.
  mutating func reset() {
    messages = 0
    bytes = 0
  }

  var problem: String? {
    if garbage > limits.garbage { return "it prints lines that are no messages" }
    if messages > limits.unasked || bytes > limits.unaskedBytes {
      return "it sends more than anybody asked for"
    }
    return nil
  }
}
