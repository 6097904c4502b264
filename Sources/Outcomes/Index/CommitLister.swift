import Ledger

/// Reads the commits themselves (not their contents) that are reachable from some refs and not from others.
struct CommitLister {
  struct Listed {
    var hash: CommitHash
    var parents: [CommitHash] = []
    var authored: Int64 = 0
    var committed: Int64 = 0
    var author: UInt64 = 0
    /// ``LineHash/rawValue`` of the message's first line, or 0 if that is too short to tell anything.
    var subject: UInt64 = 0
    var marks: MessageMarks
  }

  var git: GitCommand
  var key: SipHash24.Key

  /// Parents before children. Fails if the repository no longer has a commit of `known`.
  func commits(from tips: [CommitHash], notFrom known: [CommitHash]) async throws(RepositoryProblem)
    -> [Listed]
  {
    guard !tips.isEmpty else { return [] }
    var input = tips.map { $0.hexadecimal + "\n" }.joined()
    input += known.map { "^" + $0.hexadecimal + "\n" }.joined()
    var listed: [Listed] = []
    var pending: [UInt8] = []
    let ending = try await git.stream(
      [
        "log", "--stdin", "--topo-order", "--reverse", "-z", "--no-color", "--no-notes",
        "--no-decorate", "--encoding=UTF-8", "--format=%H%n%P%n%at %ct%n%ae%n%B",
      ], input: Array(input.utf8)
    ) { buffer in
      var start = 0
      while let end = buffer[start...].firstIndex(of: 0) {
        pending.append(contentsOf: buffer[start..<end])
        if let commit = parse(pending) { listed.append(commit) }
        pending.removeAll(keepingCapacity: true)
        start = end + 1
      }
      // A message has no use beyond its first megabyte.
      pending.append(contentsOf: buffer[start...].prefix(max(0, (1 << 20) - pending.count)))
      return true
    }
    if let commit = parse(pending) { listed.append(commit) }
    if let ending { throw ending }
    return listed
  }

  private func parse(_ record: [UInt8]) -> Listed? {
    let parts = record.split(separator: 0x0A, maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count >= 4, let hash = CommitHash(hexadecimal: parts[0]) else { return nil }
    let times = parts[2].split(separator: 0x20)
    let message = parts.count > 4 ? parts[4] : []
    var listed = Listed(hash: hash, marks: MessageMarks(String(decoding: message, as: UTF8.self)))
    listed.subject =
      message.prefix { $0 != 0x0A }.withUnsafeBufferPointer { LineHash($0, key: key)?.rawValue } ?? 0
    listed.parents = parts[1].split(separator: 0x20).compactMap { CommitHash(hexadecimal: $0) }
    listed.authored = Self.milliseconds(times.first)
    listed.committed = Self.milliseconds(times.last)
    var hash64 = SipHash24(key: key)
    for byte in parts[3] { hash64.append(byte &- 0x41 < 26 ? byte | 0x20 : byte) }
    listed.author = hash64.finalize64()
    return listed
  }

  /// Commits can claim any time; one that does not fit counts as the epoch.
  private static func milliseconds(_ field: ArraySlice<UInt8>?) -> Int64 {
    let seconds = field.flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
    return (0...253_402_300_799).contains(seconds) ? seconds * 1000 : 0
  }
}
