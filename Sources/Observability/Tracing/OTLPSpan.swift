package import Tracing
import Synchronization

/// A span of `OTLPTracer`. One that is not sampled holds nothing but its context.
package struct OTLPSpan: Tracing.Span {
  package let context: ServiceContext
  let record: SpanRecord?

  package var isRecording: Bool { record?.isOpen ?? false }

  package var operationName: String {
    get { record?.read { $0.name } ?? "" }
    nonmutating set { record?.change { $0.name = newValue } }
  }

  package var attributes: SpanAttributes {
    get { record?.read { $0.attributes } ?? [:] }
    nonmutating set { record?.change { $0.attributes = newValue } }
  }

  package func setStatus(_ status: SpanStatus) {
    // “Ok” is the application's last word; only “Error” may be overwritten.
    record?.change { if $0.status?.code != .ok { $0.status = status } }
  }

  package func addEvent(_ event: SpanEvent) {
    record?.change { $0.add(event) }
  }

  package func addLink(_ link: SpanLink) {
    record?.change { data in
      if data.links.count < SpanData.most { data.links.append(link) } else { data.droppedLinks += 1 }
    }
  }

  package func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    guard let record, record.isOpen else { return }
    var described = attributes
    described["exception.type"] = String(reflecting: type(of: error))
    described["exception.message"] = "\(error)"
    let event = SpanEvent(name: "exception", at: instant(), attributes: described)
    record.change { $0.add(event) }
  }

  package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    record?.end(at: instant().nanosecondsSinceEpoch)
  }
}

/// What a span has gathered.
struct SpanData: Sendable {
  /// Events, links and attributes of one span each, as OpenTelemetry's default limits say.
  static let most = 128

  var name: String
  var attributes: SpanAttributes = [:]
  var events: [SpanEvent] = []
  var links: [SpanLink] = []
  var status: SpanStatus?
  var droppedEvents = 0
  var droppedLinks = 0

  mutating func add(_ event: SpanEvent) {
    if events.count < Self.most { events.append(event) } else { droppedEvents += 1 }
  }
}

/// A span that has ended and waits to be exported.
struct FinishedSpan: Sendable {
  let context: TraceContext
  let parent: TraceContext?
  let kind: SpanKind
  let start: UInt64
  let end: UInt64
  let data: SpanData
}

/// A sampled span while it is open. After its end it takes no more.
final class SpanRecord: Sendable {
  private let context: TraceContext
  private let parent: TraceContext?
  private let kind: SpanKind
  private let start: UInt64
  private let queue: SpanQueue
  private let data: Mutex<SpanData?>

  init(
    name: String, context: TraceContext, parent: TraceContext?, kind: SpanKind, start: UInt64,
    queue: SpanQueue
  ) {
    self.context = context
    self.parent = parent
    self.kind = kind
    self.start = start
    self.queue = queue
    data = Mutex(SpanData(name: name))
  }

  var isOpen: Bool { data.withLock { $0 != nil } }

  func read<Value: Sendable>(_ take: (SpanData) -> Value) -> Value? {
    data.withLock { data in data.map(take) }
  }

  func change(_ body: (inout SpanData) -> Void) {
    data.withLock { data in
      guard var open = data.take() else { return }
      body(&open)
      data = open
    }
  }

  func end(at instant: UInt64) {
    guard let closed = data.withLock({ $0.take() }) else { return }
    queue.offer(
      FinishedSpan(
        // A clock set back meanwhile must not give a span that ends before it starts.
        context: context, parent: parent, kind: kind, start: start, end: max(start, instant), data: closed))
  }
}
