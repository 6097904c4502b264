import Foundation

/// How readers write down what they remember: JSON, which costs a few hundredths of a first reading.
enum ReaderCheckpoint {
  /// The checkpoint is of another version or damaged; the source is to be read from its start.
  struct Unusable: Error, CustomStringConvertible {
    var description: String { "the checkpoint is not of this version; the source is read from its start" }
  }

  static func encode(_ state: some Encodable) throws -> [UInt8] { try Array(JSONEncoder().encode(state)) }

  static func decode<State: Decodable>(_ type: State.Type, from bytes: [UInt8]) throws -> State {
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch { throw Unusable() }
  }
}
