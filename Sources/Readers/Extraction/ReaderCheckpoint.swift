/// How readers write down what they remember.
enum ReaderCheckpoint {
  /// The checkpoint is of another version or damaged; the source is to be read from its start.
  struct Unusable: Error, CustomStringConvertible {
    var description: String { "the checkpoint is not of this version; the source is read from its start" }
  }

  static func encode(_ state: some Encodable) throws -> [UInt8] {
    let encoder = CheckpointEncoder()
    try encoder.write(state)
    return encoder.bytes
  }

  static func decode<State: Decodable>(_ type: State.Type, from bytes: [UInt8]) throws -> State {
    do { return try State(from: CheckpointDecoder(value: CheckpointValue(bytes))) } catch { throw Unusable() }
  }
}
