import Foundation
import JSONScan

/// What is looked at before a body is read: that it is nested no deeper than a reader should follow, and holds no more
/// than can be read in passing.
enum JSONShape {
  static let depth = 48

  /// - Parameter most: Values, counted by the commas between them.
  static func check(_ body: Data, values most: Int) throws(IntakeProblem) {
    var open = 0
    var commas = 0
    var isText = false
    var isEscaped = false
    for byte in body {
      if isEscaped {
        isEscaped = false
      } else if isText {
        if byte == 0x5C { isEscaped = true } else if byte == 0x22 { isText = false }
      } else if byte == 0x22 {
        isText = true
      } else if byte == 0x7B || byte == 0x5B {
        open += 1
        guard open <= depth else { throw IntakeProblem(.tooDeep) }
      } else if byte == 0x7D || byte == 0x5D {
        open -= 1
      } else if byte == 0x2C {
        commas += 1
        guard commas < most else { throw IntakeProblem(.tooMany(most)) }
      }
    }
  }

  /// The body as a value of the sender's form. What is refused is named by its place alone, never by its content.
  static func decode<Value: Decodable>(_ type: Value.Type, from body: Data) throws(IntakeProblem) -> Value {
    do {
      return try JSONDecoder().decode(type, fromOthers: body)
    } catch let error as DecodingError {
      throw IntakeProblem(.malformed, field: place(error))
    } catch {
      throw IntakeProblem(.malformed)
    }
  }

  private static func place(_ error: DecodingError) -> String? {
    let (path, last): ([any CodingKey], (any CodingKey)?) =
      switch error {
      case .keyNotFound(let key, let context): (context.codingPath, key)
      case .valueNotFound(_, let context), .typeMismatch(_, let context), .dataCorrupted(let context):
        (context.codingPath, nil)
      @unknown default: ([], nil)
      }
    let text = (path + [last].compactMap { $0 }).map { key in
      key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
    }.joined()
    return text.isEmpty ? nil : String(text.drop { $0 == "." })
  }
}

/// A value that may be of another kind than expected, and is then left out.
struct Lenient<Value: Decodable>: Decodable {
  var value: Value?

  init(from decoder: any Decoder) throws {
    value = try? decoder.singleValueContainer().decode(Value.self)
  }
}
