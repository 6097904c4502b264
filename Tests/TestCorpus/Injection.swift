import Foundation

/// A text that gives orders to whoever reads it. The development cases of AgentDojo are written by
/// `Benchmarks/agents/agentdojo_gate.py --texts FILE`, and read where `ASSAY_INJECTIONS` names the file.
package struct Injection: Decodable, Sendable, CustomStringConvertible {
  package var name: String
  package var text: String

  package var description: String { name }

  /// Whom it wants something sent to; somebody of the attacker's where it names nobody.
  package var attacker: String {
    text.firstMatch(of: /[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[a-z]+/).map { String($0.output) }
      ?? "eve@evil.example"
  }

  /// None where the environment names no file.
  package static func given() throws -> [Injection] {
    guard let path = ProcessInfo.processInfo.environment["ASSAY_INJECTIONS"] else { return [] }
    return try JSONDecoder().decode([Injection].self, from: Data(contentsOf: URL(filePath: path)))
  }

  package static var areGiven: Bool { ProcessInfo.processInfo.environment["ASSAY_INJECTIONS"] != nil }
}
