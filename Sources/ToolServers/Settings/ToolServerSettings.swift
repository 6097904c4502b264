package import ServiceSettings

/// One server of tools as the settings have it: where it is, what it is given, and what is known of its tools.
package struct ToolServerSettings: Sendable {
  /// Small letters, digits and hyphens; the tools of `tracker` are called `tracker__…`.
  package var name: String
  package var place: Place
  /// Whether what it says is taken for a system's of the organisation's, and not for anybody's.
  package var isTrusted: Bool
  /// For the result of a call; `nil`: as ``ToolServerLimits/call``.
  package var patience: Duration?
  package var tools: [String: ToolTerms]

  package enum Place: Sendable {
    case command(Command)
    case address(Address)
  }

  /// A server that is started in the sandbox, for each run that has its tools.
  package struct Command: Sendable {
    /// The program, and its arguments; no shell reads them.
    package var argv: [String]
    /// What is in its environment beside what every command there has.
    package var variables: [Variable]
    /// Folders that it sees, for reading, where they are.
    package var folders: [String]
    /// Hosts that it may ask; none without being named here.
    package var hosts: [String]
    /// Bytes.
    package var memory: Int
  }

  package struct Variable: Sendable {
    package var name: String
    package var value: Value

    package enum Value: Sendable {
      case plain(String)
      case secret(CredentialSource)
    }
  }

  /// A server that is there already.
  package struct Address: Sendable {
    package var url: ServiceAddress
    /// The address as it is asked: to some servers a slash at its end makes a difference.
    package var endpoint: String
    package var headers: [Header]
    /// A token that is given to it with every request.
    package var bearer: CredentialSource?
    /// How somebody signs in there; `nil`: nobody does.
    package var signIn: SignInSettings?
  }

  package struct Header: Sendable {
    package var name: String
    package var value: CredentialSource
  }

  /// The names of all servers are checked to be of one kind each.
  package static func list(_ nodes: [SettingsNode]) throws(ConfigurationError) -> [ToolServerSettings] {
    var servers: [ToolServerSettings] = []
    for node in nodes {
      let server = try ToolServerSettings(node)
      guard !servers.contains(where: { $0.name == server.name }) else {
        throw ConfigurationError(
          .rule("Two tool servers are called “\(server.name)”. Give one another name."))
      }
      servers.append(server)
    }
    return servers
  }

  private static let commandKeys = ["command", "environment", "folders", "hosts", "memory_mib"]
  private static let addressKeys = ["url", "headers", "bearer", "sign_in"]

  package init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node, known: ["name", "trusted", "timeout", "tools"] + Self.commandKeys + Self.addressKeys)
    name = try fields.required("name")
    guard (1...24).contains(name.utf8.count), name.first != "-", name.last != "-", !name.contains("--"),
      name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
    else {
      throw ConfigurationError(
        .wrongValue(key: "name", expected: "at most 24 small letters, digits and single hyphens within"))
    }
    isTrusted = try fields.boolean("trusted") ?? false
    patience = try fields.seconds("timeout")
    tools = [:]
    for node in try fields.node("tools")?.list("tools") ?? [] {
      let (tool, terms) = try ToolTerms.read(node)
      guard tools.updateValue(terms, forKey: tool) == nil else {
        throw ConfigurationError(
          .rule("The tool “\(tool)” of the tool server “\(name)” is there twice. Keep one."))
      }
    }
    let (isCommand, isAddress) = (fields.node("command") != nil, fields.node("url") != nil)
    guard isCommand != isAddress else {
      throw ConfigurationError(
        .rule("The tool server “\(name)” needs one of “command”, which starts it, and “url”, where it is."))
    }
    let foreign = isCommand ? Self.addressKeys : Self.commandKeys
    if let key = foreign.first(where: { fields.node($0) != nil }) {
      throw ConfigurationError(
        .rule(
          "The tool server “\(name)” has “\(isCommand ? "command" : "url")”, with which “\(key)” means nothing."
        ))
    }
    place = isCommand ? .command(try Command(fields)) : .address(try Address(fields, of: name))
  }
}

extension ToolServerSettings.Command {
  fileprivate init(_ fields: SettingsFields) throws(ConfigurationError) {
    argv = try fields.strings("command") ?? []
    guard let program = argv.first, !program.isEmpty, !program.hasPrefix("-") else {
      throw ConfigurationError(
        .wrongValue(key: "command", expected: "a program and its arguments, as a list"))
    }
    folders = try fields.strings("folders") ?? []
    guard folders.allSatisfy({ $0.hasPrefix("/") && $0.utf8.count > 1 }) else {
      throw ConfigurationError(.wrongValue(key: "folders", expected: "whole paths of folders"))
    }
    hosts = try fields.strings("hosts") ?? []
    memory = (try fields.number("memory_mib", in: 32...65_536) ?? 1024) << 20
    variables = []
    for node in try fields.node("environment")?.list("environment") ?? [] {
      let fields = try SettingsFields(node, known: ["name", "value", "secret"])
      let name = try fields.required("name")
      guard name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
        throw ConfigurationError(.wrongValue(key: "name", expected: "the name of an environment variable"))
      }
      guard !variables.contains(where: { $0.name == name }) else {
        throw ConfigurationError(.rule("The variable “\(name)” is there twice. Keep one."))
      }
      if let secret = fields.node("secret") {
        guard fields.node("value") == nil else {
          throw ConfigurationError(.rule("The variable “\(name)” has a value and a secret. Keep one."))
        }
        variables.append(.init(name: name, value: .secret(try CredentialSource(secret))))
      } else {
        variables.append(.init(name: name, value: .plain(try fields.required("value"))))
      }
    }
  }
}

extension ToolServerSettings.Address {
  fileprivate init(_ fields: SettingsFields, of server: String) throws(ConfigurationError) {
    do throws(ServiceAddress.Refusal) {
      let text = try Self.required(fields)
      url = try ServiceAddress(text)
      endpoint = url.root + (text.hasSuffix("/") ? "/" : "")
    } catch {
      throw ConfigurationError(
        .rule("The tool server “\(server)” has no address to be asked at: \(error.reason)."))
    }
    bearer = try fields.node("bearer").map { node throws(ConfigurationError) in try CredentialSource(node) }
    signIn = try fields.node("sign_in").map { node throws(ConfigurationError) in try SignInSettings(node) }
    guard bearer == nil || signIn == nil else {
      throw ConfigurationError(
        .rule("The tool server “\(server)” has “bearer” and “sign_in”. It is given one token; keep one."))
    }
    headers = []
    for node in try fields.node("headers")?.list("headers") ?? [] {
      let fields = try SettingsFields(node, known: ["name", "secret"])
      let name = try fields.required("name")
      guard name.wholeMatch(of: /[A-Za-z0-9\-]+/) != nil, !Self.own.contains(name.lowercased()),
        !name.lowercased().hasPrefix("mcp-")
      else {
        throw ConfigurationError(
          .wrongValue(key: "name", expected: "the name of a header that the protocol does not use itself"))
      }
      guard let secret = fields.node("secret") else { throw ConfigurationError(.missing(key: "secret")) }
      headers.append(.init(name: name, value: try CredentialSource(secret)))
    }
  }

  private static let own: Set<String> = [
    "host", "accept", "content-type", "content-length", "transfer-encoding", "connection", "authorization",
    "user-agent",
  ]

  /// Told apart from the refusal of an address.
  private static func required(_ fields: SettingsFields) throws(ServiceAddress.Refusal) -> String {
    do throws(ConfigurationError) { return try fields.required("url") } catch {
      throw ServiceAddress.Refusal(reason: "“url” takes a text")
    }
  }
}
