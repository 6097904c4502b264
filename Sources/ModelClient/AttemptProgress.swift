import Effects
import Foundation
import ModelAPI
import Synchronization

/// What of one answer has come, for whoever receives it, whoever watches the time, and whoever counts it in the end.
final class AttemptProgress: Sendable {
  private struct State {
    var reader: any AnswerReader
    var meter: ResponseMeter?
    var events: EventStream
    /// An answer that is no stream, until it is whole.
    var whole: [UInt8] = []
    var form: Form?
    var bytes = 0
    var isOver = false
    var lastByte: ContinuousClock.Instant
  }

  private enum Form { case events, whole }

  private let state: Mutex<State>
  private let format: WireFormat
  private let limit: Int

  init(_ endpoint: ModelEndpoint) {
    format = endpoint.format
    limit = endpoint.bounds.answerBytes
    state = Mutex(
      State(
        reader: endpoint.format.reader(), events: EventStream(longestEvent: endpoint.bounds.answerBytes),
        lastByte: .now))
  }

  /// The answer begins, with status 200.
  func begin(contentType: String?) {
    state.withLock { state in
      state.meter = ResponseMeter(route: format.route, contentType: contentType)
      state.lastByte = .now
      let type = contentType?.lowercased() ?? ""
      if type.hasPrefix("text/event-stream") { state.form = .events }
      if type.hasPrefix("application/json") { state.form = .whole }
    }
  }

  /// - Throws: ``Problem`` if it is too long, or none.
  func take(_ bytes: [UInt8]) throws(Problem) {
    try state.withLock { state throws(Problem) in
      state.lastByte = .now
      state.bytes += bytes.count
      _ = state.meter?.consume(bytes.span)
      guard state.bytes <= limit else { throw .tooLong }
      if state.form == nil {
        guard let first = bytes.first(where: { $0 > 0x20 }) else { return }
        state.form = first == 0x7B ? .whole : .events
      }
      if state.form == .whole {
        state.whole += bytes
        return
      }
      let events: [EventStream.Event]
      do { events = try state.events.take(bytes) } catch { throw .tooLong }
      for event in events { try Self.take(event, &state) }
    }
  }

  /// The answer came to an end by HTTP's rules.
  func finish() throws(Problem) {
    try state.withLock { state throws(Problem) in
      guard !state.isOver else { return }
      state.isOver = true
      _ = state.meter?.finish()
      if state.form == .whole {
        guard let json = try? JSON(bytes: Data(state.whole)) else { throw .unreadable }
        state.reader.take(whole: json)
      } else if let event = state.events.finish() {
        // Whatever is not JSON at the very end has been cut there.
        try? Self.take(event, &state)
      }
    }
  }

  /// It broke off.
  func cut() {
    state.withLock { state in
      guard !state.isOver else { return }
      state.isOver = true
      _ = state.meter?.cut()
    }
  }

  var draft: AnswerDraft { state.withLock { $0.reader.draft } }

  /// Of the whole attempt, once it is over; `nil` if no answer ever began.
  func usage(requestBytes: Int) -> (usage: ModelUsage, reading: UsageReading)? {
    state.withLock { state in
      guard let reading = state.meter?.reading else { return nil }
      let written = state.reader.draft.writtenBytes + state.reader.unfinishedBytes
      return (ModelUsage(reading, requestBytes: requestBytes, writtenBytes: written), reading)
    }
  }

  /// Returns never: throws as soon as there was nothing for too long.
  func watch(_ bounds: ModelEndpoint.Bounds) async throws {
    let deadline = ContinuousClock.now + bounds.patience
    while true {
      let wake = min(deadline, state.withLock { $0.lastByte } + bounds.silence)
      if wake <= .now { throw Problem.timedOut }
      try await Task.sleep(until: wake, clock: .continuous)
    }
  }

  enum Problem: Error { case tooLong, unreadable, timedOut }

  private static func take(_ event: EventStream.Event, _ state: inout State) throws(Problem) {
    if event.data.elementsEqual("[DONE]".utf8) { return }
    guard let json = try? JSON(bytes: Data(event.data)), case .object = json else { throw .unreadable }
    state.reader.take(event: json)
  }
}
