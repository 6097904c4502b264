/// The arguments of a call, looked at once more by the tool that is to act on them.
package struct CallArguments: Sendable {
  private var tool: String
  private var members: [String: JSON]

  /// - Throws: A refusal for anything but an object whose members the tool declares.
  package init(_ call: ToolCall, for declaration: ToolDeclaration) throws(ToolFailure) {
    guard case .object(let members) = call.arguments else {
      throw .refused("\(declaration.name) takes an object of arguments.")
    }
    let known = Set(declaration.parameters.map(\.name))
    guard members.keys.allSatisfy(known.contains) else {
      throw .refused("\(declaration.name) takes \(known.sorted().joined(separator: ", ")) and nothing else.")
    }
    tool = declaration.name
    self.members = members
  }

  /// - Parameter longest: Bytes of UTF-8.
  package func string(_ name: String, longest: Int = 4096) throws(ToolFailure) -> String {
    guard let text = try optionalString(name, longest: longest) else {
      throw .refused("\(tool) needs \(name), a text.")
    }
    return text
  }

  package func optionalString(_ name: String, longest: Int = 4096) throws(ToolFailure) -> String? {
    switch members[name] {
    case nil, .null?: return nil
    case .string(let text)?:
      guard text.utf8.count <= longest else {
        throw .refused("\(name) of \(tool) is longer than \(longest) bytes.")
      }
      guard !text.utf8.contains(0) else { throw .refused("\(name) of \(tool) has a zero byte in it.") }
      return text
    default: throw .refused("\(name) of \(tool) is a text.")
    }
  }

  package func integer(_ name: String, or usual: Int, in range: ClosedRange<Int>) throws(ToolFailure) -> Int {
    switch members[name] {
    case nil, .null?: return usual
    case .integer(let value)?:
      guard let number = Int(exactly: value), range.contains(number) else {
        throw .refused("\(name) of \(tool) is a number from \(range.lowerBound) to \(range.upperBound).")
      }
      return number
    default: throw .refused("\(name) of \(tool) is a whole number.")
    }
  }

  package func boolean(_ name: String, or usual: Bool) throws(ToolFailure) -> Bool {
    switch members[name] {
    case nil, .null?: return usual
    case .bool(let value)?: return value
    default: throw .refused("\(name) of \(tool) is true or false.")
    }
  }

  package func integers(_ name: String, atMost count: Int, in range: ClosedRange<Int>) throws(ToolFailure)
    -> [Int]
  {
    guard case .array(let elements)? = members[name], elements.count <= count else {
      throw .refused("\(name) of \(tool) is a list of at most \(count) numbers.")
    }
    let numbers = elements.compactMap { element -> Int? in
      guard case .integer(let value) = element else { return nil }
      return Int(exactly: value).flatMap { range.contains($0) ? $0 : nil }
    }
    guard numbers.count == elements.count else {
      throw .refused("\(name) of \(tool) has numbers from \(range.lowerBound) to \(range.upperBound).")
    }
    return numbers
  }

  package func strings(_ name: String, atMost count: Int, longest: Int = 128 << 10) throws(ToolFailure)
    -> [String]
  {
    guard case .array(let elements)? = members[name], elements.count <= count else {
      throw .refused("\(name) of \(tool) is a list of at most \(count) texts.")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element, !text.utf8.contains(0), text.utf8.count <= longest else {
        throw .refused("\(name) of \(tool) is a list of texts without zero bytes.")
      }
      texts.append(text)
    }
    return texts
  }
}
