import Egress
import Foundation
import Sandbox
import ServiceSettings
import Synchronization

/// Keeps tool servers for those who work with them: starts commands in the sandbox, meets servers at addresses, and ends
/// them with whoever they were opened for. Everything it started ends with ``run()``.
package final class ToolServerHub: Sendable {
  package let access: ToolServerAccess
  private let jobs: AsyncStream<Job>
  private let adding: AsyncStream<Job>.Continuation
  private let open = Mutex<[String: [ToolServerConnection]]>([:])

  private typealias Job = @Sendable () async -> Void

  package init(_ access: ToolServerAccess) {
    self.access = access
    (jobs, adding) = AsyncStream.makeStream()
  }

  /// Carries what the servers say to and fro, until the task is cancelled; then every server has ended.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for await job in jobs { group.addTask { await job() } }
      group.cancelAll()
    }
  }

  /// With a hub of its own for as long as `body` takes.
  package static func with<Result: Sendable>(
    _ access: ToolServerAccess, _ body: @escaping @Sendable (ToolServerHub) async throws -> Result
  ) async throws -> Result {
    let hub = ToolServerHub(access)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        await hub.run()
        return nil
      }
      group.addTask { try await body(hub) }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  /// Meets a server. While ``run()`` does not run, this waits.
  ///
  /// - Parameters:
  ///   - user: For whom; ``close(for:)`` ends what was opened for it.
  ///   - folder: One of this user's own for a command to write to, which it finds as `/work`. It is made if need be.
  package func connection(
    to settings: ToolServerSettings, for user: String, in folder: String
  ) async throws(ToolServerProblem) -> ToolServerConnection {
    let connection: ToolServerConnection
    switch settings.place {
    case .address: connection = try await access.connection(to: settings)
    case .command(let command):
      let transport = StdioTransport(limits: access.limits)
      let start = try start(of: command, settings.name, in: folder, over: transport)
      adding.yield(start)
      // The sandbox takes its time where much is started at once; that is no silence of the server's.
      for await _ in transport.starting {}
      do throws(ToolServerProblem) {
        connection = try await ToolServerConnection.meet(
          settings.name, over: transport, limits: access.limits)
      } catch {
        await transport.close(revision: .stateless)
        throw error
      }
    }
    open.withLock { $0[user, default: []].append(connection) }
    return connection
  }

  /// Ends the servers that were opened for a user.
  package func close(for user: String) async {
    let connections = open.withLock { $0.removeValue(forKey: user) ?? [] }
    for connection in connections { await connection.close() }
  }

  // MARK: Commands

  /// What carries a command. It says over the transport why it ended.
  private func start(
    of command: ToolServerSettings.Command, _ server: String, in folder: String,
    over transport: StdioTransport
  ) throws(ToolServerProblem) -> Job {
    let variables = try variables(of: command, server)
    let proxy = try proxy(to: command.hosts, server)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .unreachable(server: server, reason: "its folder \(folder) cannot be made")
    }
    let limits = SandboxLimits(
      wallTime: .seconds(86_400), processorTime: .seconds(86_400), memory: command.memory, output: 16 << 10)
    return {
      do {
        let sandbox = try await Sandbox.check()
        let hold: @Sendable (String?) async throws -> Void = { socket in
          _ = try await sandbox.hold(
            command.argv, in: folder, readOnly: command.folders, variables: variables, limits: limits,
            egress: socket
          ) { await transport.carry($0) }
        }
        if let proxy { try await proxy.serve { try await hold($0) } } else { try await hold(nil) }
        transport.end(because: "it ended")
      } catch {
        transport.end(because: "\((error as? SandboxError)?.description ?? "it could not be started")")
      }
    }
  }

  private func variables(
    of command: ToolServerSettings.Command, _ server: String
  ) throws(ToolServerProblem) -> [String: String] {
    var variables: [String: String] = [:]
    do throws(ConfigurationError) {
      for variable in command.variables {
        switch variable.value {
        case .plain(let text): variables[variable.name] = text
        case .secret(let source):
          variables[variable.name] =
            try source.load(of: "the tool server “\(server)”", environment: access.environment).secret
        }
      }
    } catch {
      throw .unreachable(server: server, reason: "\(error)")
    }
    return variables
  }

  private func proxy(to hosts: [String], _ server: String) throws(ToolServerProblem) -> EgressProxy? {
    guard !hosts.isEmpty else { return nil }
    do {
      let rules = try hosts.map {
        try EgressRule(host: $0, methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
      }
      return EgressProxy(
        try EgressClient(
          rules: rules, resolver: access.resolver, certificateAuthorities: access.certificateAuthorities))
    } catch {
      throw .unreachable(server: server, reason: "\(error)")
    }
  }
}
