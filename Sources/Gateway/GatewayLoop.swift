import Ledger
import Logging
import Metering
import NIOCore
import NIOHTTP1

/// Everything of the gateway that lives on one event loop: its connections, its client, its part of the spool.
/// Nothing here is touched from another thread, so that a call never changes threads.
final class GatewayLoop {
  let eventLoop: any EventLoop
  let shared: GatewayShared
  let client: UpstreamClient
  let lane: SpoolLane
  let metrics = GatewayMetrics()
  private let powerSafety: PowerSafety?
  private var pricer: Pricer
  private var names = TimeOrderedKeys()
  private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
  /// Calls outlive their connections while their upstream is read to its end.
  private var calls: [ObjectIdentifier: Call] = [:]
  private var isStopping = false

  init(eventLoop: any EventLoop, shared: GatewayShared, client: UpstreamClient, lane: SpoolLane) {
    self.eventLoop = eventLoop
    self.shared = shared
    self.client = client
    self.lane = lane
    powerSafety =
      shared.configuration.durability == .power
      ? PowerSafety(lane: lane, eventLoop: eventLoop, log: shared.log) : nil
    pricer = Pricer(shared.prices)
  }

  // MARK: Calls

  func admit(_ request: IncomingRequest, body: ByteBuffer) throws(Refusal) -> AdmittedCall {
    // How calls ended is still in memory for want of room: there is none for new ones.
    guard !lane.isOwing else { throw .unrecorded }
    guard !isStopping else { throw .stopping }
    return try shared.gatekeeper.admit(request, body: body, pricer: &pricer, names: &names)
  }

  func charge(for fact: CallFact) -> CallCharge { pricer.charge(for: fact) }

  func began(_ call: Call) { calls[ObjectIdentifier(call)] = call }
  func ended(_ call: Call) { calls[ObjectIdentifier(call)] = nil }
  var openCalls: Int { calls.count }

  /// Runs `body` once all that was written to the spool by now is as safe as the configuration asks for.
  func whenDurable(_ body: @escaping () -> Void) {
    guard let powerSafety else { return body() }
    powerSafety.afterWrites(body)
  }

  func refused(_ refusal: Refusal) { metrics.refused(refusal) }

  func upstreamAnswered(_ index: Int, status: Int?) {
    if let status, status >= 500 {
      shared.health.failed(index, at: shared.now())
    } else {
      shared.health.succeeded(index)
    }
  }

  func upstreamFailed(_ index: Int, _ failure: UpstreamFailure) {
    switch failure {
    case .unreachable, .closed, .timedOut, .garbled: shared.health.failed(index, at: shared.now())
    case .unrecorded, .stopping: break
    }
  }

  // MARK: Connections

  func connected(_ connection: ConnectionHandler) {
    guard !isStopping, shared.connections.begin() else { return connection.stop() }
    connections[ObjectIdentifier(connection)] = connection
  }

  func disconnected(_ connection: ConnectionHandler) {
    if connections.removeValue(forKey: ObjectIdentifier(connection)) != nil { shared.connections.end() }
  }

  // MARK: Clock

  /// About once a second: ends what has waited too long.
  func tick() {
    let now = NIODeadline.now()
    let bounds = shared.configuration.bounds
    for connection in connections.values { connection.check(now, bounds: bounds) }
    // Those whose client has left have no connection to check them.
    for call in calls.values { call.check(now, bounds: bounds) }
    client.tick(now)
    if lane.isOwing { try? lane.pay() }
  }

  /// No further requests; what is under way goes on.
  func stop() {
    isStopping = true
    for connection in connections.values { connection.stop() }
  }

  /// Ends what is still under way.
  func stopNow() {
    for connection in connections.values { connection.stopNow() }
    for call in calls.values { call.stop() }
  }

  /// After the last call: all that was written can be drained.
  func close() {
    client.close()
    do { try lane.close() } catch {
      shared.log.error(
        "the last calls stay in the spool until the next start", metadata: ["cause": "\(error)"])
    }
  }
}
