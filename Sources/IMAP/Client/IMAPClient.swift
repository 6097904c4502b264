import NIOCore
import Synchronization

/// A connection to a mail server over which one command runs at a time, in the order in which they were asked. Any task may
/// ask; what belongs to an opened mailbox is asked of ``OpenMailbox``, and is not sent once another was opened.
///
/// It never deletes: there is no EXPUNGE, no DELETE and no `\Deleted` here. It never makes a message seen by reading it. What
/// changes something says afterwards whether it was done, was not, or may have been (``IMAPError/mayHaveHappened``).
package final class IMAPClient: Sendable {
  package let limits: IMAPLimits
  private let channel: any Channel
  private let handler: NIOLoopBound<CommandHandler>
  private let lastID = Atomic<Int>(0)
  private let signedIn = Mutex(Set<Capability>())

  private init(limits: IMAPLimits, channel: any Channel, handler: NIOLoopBound<CommandHandler>) {
    self.limits = limits
    self.channel = channel
    self.handler = handler
  }

  /// Connects, signs in, and signs out when `body` returns.
  package static func with<Result>(
    _ account: IMAPAccount, limits: IMAPLimits = IMAPLimits(), _ body: (IMAPClient) async throws -> Result
  ) async throws -> Result {
    let client = try await connect(account, limits: limits)
    do {
      let result = try await body(client)
      await client.logout()
      return result
    } catch {
      client.close()
      throw error
    }
  }

  /// Connects and signs in. Whoever has the client ends it with ``logout()``.
  package static func connect(
    _ account: IMAPAccount, limits: IMAPLimits = IMAPLimits()
  ) async throws(IMAPError) -> IMAPClient {
    let (channel, handler, greeting) = try await Connecting(account: account, limits: limits).connect()
    let client = IMAPClient(limits: limits, channel: channel, handler: handler)
    do throws(IMAPError) {
      try await client.begin(account, greeting)
      return client
    } catch {
      client.close()
      throw error
    }
  }

  /// What the server can do, as it said after the sign-in.
  package var capabilities: Set<Capability> { signedIn.withLock { $0 } }

  private func begin(_ account: IMAPAccount, _ greeting: StatusResponse) async throws(IMAPError) {
    if case .startTLS = account.security {
      // A sign-in before TLS leaves no way to it (RFC 3501, section 6.2.1), and is what somebody on the way would feign.
      guard greeting.condition == .ok else {
        throw .insecure("the server greeted as if signed in, before TLS")
      }
      guard try await ask().contains(.startTLS) else { throw .insecure("the server offers no STARTTLS") }
      var command = Command("STARTTLS")
      command.kind = .startTLS
      do throws(IMAPError) {
        try await done(command)
      } catch {
        throw Self.insecurity(error) ?? error
      }
    }
    do throws(IMAPError) {
      if greeting.condition != .preauth { try await signIn(account.signIn) }
    } catch {
      throw Self.insecurity(error) ?? error
    }
    let able = try await knownCapabilities()
    if able.isSuperset(of: [.enable, .qresync]) {
      var command = Command("ENABLE")
      command.words("QRESYNC")
      try await done(command)
    }
    signedIn.withLock { $0 = able }
  }

  private static func insecurity(_ error: IMAPError) -> IMAPError? {
    switch error {
    case .unanswered(_, .insecure(let reason)), .notSent(_, .insecure(let reason)): .insecure(reason)
    default: nil
    }
  }

  private func signIn(_ way: SignIn) async throws(IMAPError) {
    let able = try await knownCapabilities()
    var command = Command("AUTHENTICATE")
    let answer: String
    switch way {
    case .password(let user, let secret):
      try Self.check(user, secret)
      guard able.contains(.plain) else {
        guard !able.contains(.loginDisabled) else {
          throw .insecure("the server takes no password over this connection")
        }
        command = Command("LOGIN")
        try command.string(user)
        try command.string(secret.value)
        try await sign(in: command)
        return
      }
      command.words("PLAIN")
      answer = "\0\(user)\0\(secret.value)"
    case .xoauth2(let user, let token):
      try Self.check(user, token)
      guard able.contains(.xoauth2) else { throw .unsupported(command: "sign-in", needs: .xoauth2) }
      command.words("XOAUTH2")
      answer = "user=\(user)\u{1}auth=Bearer \(token.value)\u{1}\u{1}"
    case .oauthBearer(let user, let token):
      try Self.check(user, token)
      guard able.contains(.oauthBearer) else { throw .unsupported(command: "sign-in", needs: .oauthBearer) }
      command.words("OAUTHBEARER")
      let name = user.replacing("=", with: "=3D").replacing(",", with: "=2C")
      answer = "n,a=\(name),\u{1}auth=Bearer \(token.value)\u{1}\u{1}"
    }
    let encoded = Base64.encoded(Array(answer.utf8))
    if able.contains(.initialResponse) {
      command.words(encoded)
    } else {
      command.answers = [Array(encoded.utf8)]
    }
    // The server says in a challenge what is wrong with a token, and goes on after an answer to it.
    switch way {
    case .password: break
    case .xoauth2: command.answers.append([])
    case .oauthBearer: command.answers.append(Array("AQ==".utf8))
    }
    try await sign(in: command)
  }

  /// Control characters divide the parts of what is sent.
  private static func check(_ user: String, _ secret: MailSecret) throws(IMAPError) {
    guard (user + secret.value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .invalid("A user name, password or token has no control characters.")
    }
  }

  private func sign(in command: Command) async throws(IMAPError) {
    let reports = try await handled { $0.capabilityReports }
    let answer = try await perform(command)
    guard answer.status.condition == .ok else { throw .signInRefused(answer.status.code) }
    // What it could do before is not what it can do now.
    try await handled { if $0.capabilityReports == reports { $0.forgetCapabilities() } }
  }

  /// As said unasked, or asked for.
  private func knownCapabilities() async throws(IMAPError) -> Set<Capability> {
    let known = try await handled { $0.capabilities }
    return known.isEmpty ? try await ask() : known
  }

  private func ask() async throws(IMAPError) -> Set<Capability> {
    try await done(Command("CAPABILITY"))
    return try await handled { $0.capabilities }
  }

  /// What only the loop may touch.
  func handled<Value: Sendable>(
    _ body: @Sendable @escaping (CommandHandler) -> Value
  ) async throws(IMAPError) -> Value {
    let handler = handler
    do {
      return try await channel.eventLoop.submit { body(handler.value) }.get()
    } catch {
      throw .unanswered(command: "The connection", .closed)
    }
  }

  /// Sends a command and waits for its end, whatever that is.
  func perform(_ command: Command) async throws(IMAPError) -> CommandHandler.Answer {
    let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
    let promise = channel.eventLoop.makePromise(of: CommandHandler.Outcome.self)
    let handler = handler
    let loop = channel.eventLoop
    let outcome = await withTaskCancellationHandler {
      loop.execute { handler.value.enqueue(command, id: id, promise) }
      // One that was cancelled before has nothing to cancel until now.
      if Task.isCancelled { loop.execute { handler.value.cancel(id: id) } }
      // The promise is only ever succeeded.
      return (try? await promise.futureResult.get()) ?? .failure(.unanswered(command: command.name, .closed))
    } onCancel: {
      loop.execute { handler.value.cancel(id: id) }
    }
    return try outcome.get()
  }

  /// Sends a command that has to be answered OK.
  @discardableResult
  func done(_ command: Command) async throws(IMAPError) -> CommandHandler.Answer {
    let answer = try await perform(command)
    guard answer.status.condition == .ok else { throw command.refusal(answer.status) }
    return answer
  }

  /// All mailboxes, with what each is for.
  package func mailboxes() async throws(IMAPError) -> [MailboxListing] {
    var command = Command("LIST")
    command.words("\"\" \"*\"")
    // Of some servers only those that ask for it are told (RFC 6154, section 2).
    if capabilities.isSuperset(of: [.specialUse, .listExtended]) { command.words("RETURN (SPECIAL-USE)") }
    return try await done(command).responses.compactMap {
      if case .list(let listing) = $0 { listing } else { nil }
    }
  }

  /// Makes a mailbox; one that is there already is fine.
  package func create(_ name: MailboxName) async throws(IMAPError) {
    var command = Command("CREATE", changes: true)
    command.mailbox(name)
    let answer = try await perform(command)
    guard answer.status.condition != .ok, answer.status.code != .alreadyExists else { return }
    // Cyrus says NO without a code.
    guard try await mailboxes().contains(where: { $0.name == name && $0.canBeOpened }) else {
      throw command.refusal(answer.status)
    }
  }

  /// Puts a message into a mailbox, as it stands: lines have to end with CR LF.
  ///
  /// There is no name by which the server knows a second try for the first; after an ``IMAPError/uncertain(command:_:)`` look
  /// for its Message-ID.
  ///
  /// - Returns: Its UID; `nil` from servers without UIDPLUS.
  @discardableResult
  package func append(
    _ message: [UInt8], to name: MailboxName, flags: Set<SettableFlag> = [], date: InternalDate? = nil
  ) async throws(IMAPError) -> AppendedMessage? {
    var command = Command("APPEND", changes: true)
    command.mailbox(name)
    command.flags(flags)
    if let date { command.words("\"\(date)\"") }
    try command.literal(message)
    let answer = try await done(command)
    guard case .appendUID(let validity, let uids)? = answer.status.code, let uid = uids.first else {
      return nil
    }
    return AppendedMessage(uidValidity: validity, uid: uid)
  }

  /// Says goodbye and closes the connection. What goes wrong at that changes nothing.
  package func logout() async {
    _ = try? await perform(Command("LOGOUT"))
    close()
  }

  /// Closes the connection at once.
  package func close() {
    let handler = handler
    channel.eventLoop.execute { handler.value.breakOff(.closed) }
  }
}

/// Where a message was put.
package struct AppendedMessage: Hashable, Sendable, Codable {
  package var uidValidity: UIDValidity
  package var uid: UID
}

extension Command {
  func refusal(_ status: StatusResponse) -> IMAPError {
    .refused(command: name, status.code, serverText: status.text)
  }
}
