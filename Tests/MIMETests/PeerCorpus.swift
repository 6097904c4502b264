import Foundation
import Testing

/// What Python's email package says of a message: `Peer/peer.py`.
struct PeerCase: Decodable {
  struct Fields: Decodable {
    var from: [[String]]?
    var to: [[String]]?
    var cc: [[String]]?
    var replyTo: [[String]]?
    var subject: String?

    enum CodingKeys: String, CodingKey {
      case from = "From"
      case to = "To"
      case cc = "Cc"
      case replyTo = "Reply-To"
      case subject = "Subject"
    }
  }

  struct Leaf: Decodable {
    var content: Data?
    var text: String?
    var filename: String?
    var filename2: String?
  }

  /// A content type and what is in it.
  struct Structure: Decodable, Hashable, CustomStringConvertible {
    var type: String
    var children: [Structure]

    init(type: String, children: [Structure]) {
      self.type = type
      self.children = children
    }

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      type = try list.decode(String.self)
      children = try list.decode([Structure].self)
    }

    var description: String { children.isEmpty ? type : "\(type)\(children)" }
  }

  struct View: Decodable {
    var fields: [String]
    var `default`: Fields
    var old: Fields
    /// Seconds and minutes of the zone; empty where there is no date.
    var date: [Int?]?
    var id: String?
    var structure: Structure?
    var leaves: [Leaf]
  }

  var name: String
  var message: Data
  var view: View
}

enum PeerCorpus {
  /// Hand-written cases, then generated ones.
  static func cases(seed: Int, generated: Int) throws -> [PeerCase] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peer/peer.py")
    process.arguments = ["python3", "-B", script.path(percentEncoded: false), "\(seed)", "\(generated)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try bytes.split(separator: 0x0A).map { try JSONDecoder().decode(PeerCase.self, from: Data($0)) }
  }
}
