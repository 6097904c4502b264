/// What is wrong with an agent's folder: everything that was found, each with its place and what to do.
package struct AgentFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  package var folder: String
  /// At least one, in order of file and line.
  package var problems: [Problem]

  package struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// Below the folder.
    package var file: String
    /// From 1; `nil` where it is about the file as a whole.
    package var line: Int?
    /// What is wrong and what to do. Never a secret, nor other content than keys and short values.
    package var sentence: String

    package init(file: String, line: Int? = nil, _ sentence: String) {
      self.file = file
      self.line = line
      self.sentence = sentence
    }

    package var description: String {
      line.map { "\(file):\($0): \(sentence)" } ?? "\(file): \(sentence)"
    }
  }

  package var description: String {
    "The agent's folder \(folder) cannot be used:\n" + problems.map { "  \($0)" }.joined(separator: "\n")
  }
}
