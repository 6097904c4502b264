/// Something on its way through columns of nodes, ready to be drawn: spend from tools or teams to what it bought.
package struct Flow: Hashable, Sendable {
  package struct Node: Hashable, Sendable {
    package var label: String
    package var weight: Int64
    package var tone: Tone

    package init(_ label: String, weight: Int64, tone: Tone = .plain) {
      self.label = label
      self.weight = weight
      self.tone = tone
    }
  }

  /// A band between two neighbouring columns, in the tone of where it ends up.
  package struct Link: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var tone: Tone
    /// What the tone stands for.
    package var meaning: String
    package var weight: Int64

    package init(from: Int, to: Int, tone: Tone, meaning: String, weight: Int64) {
      self.from = from
      self.to = to
      self.tone = tone
      self.meaning = meaning
      self.weight = weight
    }
  }

  package var columns: [[Node]]
  /// `links[i]` joins `columns[i]` and `columns[i + 1]`.
  package var links: [[Link]]
  package var total: Int64

  package init(columns: [[Node]], links: [[Link]], total: Int64) {
    self.columns = columns
    self.links = links
    self.total = total
  }
}
