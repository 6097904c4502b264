import Foundation
import Yams

/// A value in a settings file, whatever it is.
package struct SettingsNode {
  let yaml: Node

  init(_ yaml: Node) { self.yaml = yaml }

  /// A plain value, as it is written.
  package var text: String? { yaml.string }

  package func list(_ key: String) throws(ConfigurationError) -> [SettingsNode] {
    guard let list = yaml.sequence else {
      throw ConfigurationError(.wrongValue(key: key, expected: "a list"))
    }
    return list.map { SettingsNode($0) }
  }
}

extension SettingsFields {
  /// The whole of a file.
  ///
  /// - Throws: ``ConfigurationError`` that names the file; what is done with the values may name it as well.
  package static func file(at path: String) throws(ConfigurationError) -> SettingsNode {
    do {
      return try root(ofYAML: String(contentsOfFile: path, encoding: .utf8))
    } catch let error as ConfigurationError {
      throw ConfigurationError(error.reason, path: path)
    } catch {
      // Foundation's sentence ends with a full stop, as does ours.
      var cause = error.localizedDescription
      while cause.hasSuffix(".") { cause.removeLast() }
      throw ConfigurationError(.unreadable(cause: cause), path: path)
    }
  }

  package static func root(ofYAML text: String) throws(ConfigurationError) -> SettingsNode {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw ConfigurationError(.notYAML(cause: "\(error)"))
    }
    guard let root, root.mapping != nil else {
      throw ConfigurationError(.wrongValue(key: "the file", expected: "keys and values"))
    }
    return SettingsNode(root)
  }
}

/// The values of one mapping, of which every key is known.
package struct SettingsFields {
  private var values: [String: SettingsNode] = [:]

  package init(_ node: SettingsNode, known: [String]) throws(ConfigurationError) {
    guard let mapping = node.yaml.mapping else {
      throw ConfigurationError(.wrongValue(key: known.joined(separator: ", "), expected: "keys and values"))
    }
    for (key, value) in mapping {
      guard let key = key.string, known.contains(key) else {
        throw ConfigurationError(.unknownKey(key.string ?? "?", known: known))
      }
      values[key] = SettingsNode(value)
    }
  }

  package func node(_ key: String) -> SettingsNode? { values[key] }

  package func string(_ key: String) throws(ConfigurationError) -> String? {
    guard let node = values[key] else { return nil }
    guard let text = node.text, !text.isEmpty else {
      throw ConfigurationError(.wrongValue(key: key, expected: "a text"))
    }
    return text
  }

  package func required(_ key: String) throws(ConfigurationError) -> String {
    guard let text = try string(key) else { throw ConfigurationError(.missing(key: key)) }
    return text
  }

  package func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
    guard let node = values[key] else { return nil }
    guard let value = node.yaml.bool else {
      throw ConfigurationError(.wrongValue(key: key, expected: "true or false"))
    }
    return value
  }

  package func number(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
    guard let node = values[key] else { return nil }
    guard let value = node.yaml.int, range.contains(value) else {
      throw ConfigurationError(
        .wrongValue(key: key, expected: "a number from \(range.lowerBound) to \(range.upperBound)"))
    }
    return value
  }

  package func seconds(_ key: String) throws(ConfigurationError) -> Duration? {
    guard let node = values[key] else { return nil }
    guard let value = node.yaml.float, (0.001...86_400).contains(value) else {
      throw ConfigurationError(.wrongValue(key: key, expected: "a number of seconds up to a day"))
    }
    return .milliseconds(Int64(value * 1000))
  }

  package func strings(_ key: String) throws(ConfigurationError) -> [String]? {
    guard let node = values[key] else { return nil }
    var texts: [String] = []
    for item in try node.list(key) {
      guard let text = item.text else {
        throw ConfigurationError(.wrongValue(key: key, expected: "a list of texts"))
      }
      texts.append(text)
    }
    return texts
  }

  package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws(ConfigurationError)
    -> Choice?
  where Choice.RawValue == String {
    guard let node = values[key] else { return nil }
    guard let text = node.text, let choice = Choice(rawValue: text) else {
      throw ConfigurationError(
        .wrongValue(key: key, expected: Choice.allCases.map(\.rawValue).joined(separator: " or ")))
    }
    return choice
  }
}
