import Ledger

/// The first lines of the messages that `git commit` commands in a command line state, as hashes: what the commits
/// will be called.
enum CommitMessage {
  /// Looked at where the command is read; the words are forgotten.
  static func subjects(in command: String, key: SipHash24.Key) -> [LineHash] {
    // What lies further on is the content of files.
    let text = Array(command.utf8.prefix(20_000))[...]
    var found: [LineHash] = []
    var rest = text
    for _ in 0..<8 {
      guard let place = rest.firstRange(of: commit) else { break }
      let isWord = place.lowerBound > text.startIndex && isSpace(text[place.lowerBound - 1])
      rest = rest[place.upperBound...]
      guard isWord, let message = message(after: &rest) else { continue }
      if let hash = message.withUnsafeBufferPointer({ LineHash($0, key: key) }) { found.append(hash) }
    }
    return found
  }

  private static let commit = Array("commit ".utf8)
  private static let document = Array("$(cat <<".utf8)

  /// The first line of the message among the arguments that follow; `rest` then begins behind it.
  private static func message(after rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    while let byte = rest.first {
      switch byte {
      case 0x20, 0x09: rest.removeFirst()
      case 0x3B, 0x7C, 0x26, 0x0A, 0x28, 0x29: return nil
      case 0x22, 0x27:
        rest.removeFirst()
        rest = rest.drop { $0 != byte }.dropFirst()
      case 0x2D:
        let option = rest.prefix { !isSpace($0) && $0 != 0x22 && $0 != 0x27 && $0 != 0x3D }
        rest = rest[option.endIndex...]
        if isMessage(option) {
          rest = rest.drop { $0 == 0x20 || $0 == 0x3D }
          return value(&rest)
        }
        if option.elementsEqual("-F".utf8) || option.elementsEqual("--file".utf8) {
          // From standard input: what stands in the document behind.
          rest = rest.drop { $0 == 0x20 || $0 == 0x3D }
          guard rest.first == 0x2D, let line = documentLine(&rest) else { return nil }
          return line
        }
      default: rest = rest.drop { !isSpace($0) && $0 != 0x22 && $0 != 0x27 && $0 != 0x3B && $0 != 0x29 }
      }
    }
    return nil
  }

  /// `-m`, `-am` and the like, `--message`.
  private static func isMessage(_ option: ArraySlice<UInt8>) -> Bool {
    if option.elementsEqual("--message".utf8) { return true }
    return option.count >= 2 && option.count <= 5 && option.last == 0x6D && option.dropFirst().first != 0x2D
  }

  private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let quote = rest.first else { return nil }
    guard quote == 0x22 || quote == 0x27 else {
      let word = rest.prefix { !isSpace($0) && $0 != 0x3B && $0 != 0x26 }
      rest = rest[word.endIndex...]
      return Array(word)
    }
    rest.removeFirst()
    if quote == 0x22, rest.starts(with: document) { return documentLine(&rest) }
    var line: [UInt8] = []
    while let byte = rest.popFirst(), byte != quote {
      if byte == 0x0A { return line }
      if byte == 0x5C, quote == 0x22, let next = rest.first, [0x22, 0x24, 0x5C, 0x60].contains(next) {
        rest.removeFirst()
        line.append(next)
      } else {
        line.append(byte)
      }
    }
    return line
  }

  /// The first line with anything in it behind the one that opens a document.
  private static func documentLine(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let opening = rest.firstIndex(of: 0x0A) else { return nil }
    rest = rest[(opening + 1)...].drop { isSpace($0) }
    let line = rest.prefix { $0 != 0x0A }
    rest = rest[line.endIndex...]
    return line.isEmpty ? nil : Array(line)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}

extension FactBatch {
  /// Keeps what a commit command says it commits, whether or not its result is ever seen: a hook that stores the
  /// session in the middle of the commit cuts it off.
  mutating func addMessages(_ subjects: [LineHash], turn: TurnID, at: Instant) {
    for subject in subjects {
      mentions.append(OutcomeMention(turn: turn, at: at, kind: .message, value: subject.hexadecimal))
    }
  }
}
