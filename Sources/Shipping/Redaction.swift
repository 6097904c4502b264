package import Ledger

/// What of a machine's facts leaves it. Readers have reduced content already; what is left that names places of the
/// machine (law 7) is reduced here, before it is written even to the outbox.
package struct Redaction: Sendable {
  private let key: SipHash24.Key
  /// A working directory's remote, where git knows one.
  private let remote: @Sendable (_ directory: String) -> String?

  package init(key: SipHash24.Key, remote: @escaping @Sendable (_ directory: String) -> String?) {
    self.key = key
    self.remote = remote
  }

  /// - Returns: `nil` if there is nothing in it to send.
  package func shipment(_ update: SourceUpdate) -> FactShipment? {
    guard !update.batch.isEmpty || update.fromStart else { return nil }
    var batch = update.batch
    for index in batch.sessions.indices { redact(&batch.sessions[index]) }
    return FactShipment(
      tool: update.source.tool, shape: update.source.shape, source: hash(update.source.path),
      fromStart: update.fromStart, batch: batch)
  }

  private func redact(_ session: inout SessionFact) {
    guard let directory = session.directory else { return }
    session.remote = session.remote ?? remote(directory)
    // Told apart from a directory of the same name elsewhere, and named for people by its last component.
    let name = directory.split(separator: "/").last.map(String.init) ?? ""
    session.directory = "\(hash(directory))/\(name)"
  }

  /// 64 bits of a keyed hash, in hexadecimal.
  private func hash(_ text: String) -> String {
    var hash = SipHash24(key: key)
    for byte in text.utf8 { hash.append(byte) }
    let digits = String(hash.finalize64(), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
