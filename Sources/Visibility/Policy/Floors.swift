/// How many active people a group must have before figures of it are shown (DESIGN, law 6). May be raised, never
/// lowered below five and ten.
package struct Floors: Hashable, Sendable, Codable {
  /// To whoever does not manage the group.
  package let others: Int
  /// To whoever manages it, and so knows who is in it; at least as high as ``others``.
  package let manager: Int

  package static let least = Floors()

  /// What is asked for below the least is raised to it: a typing error shows too little, never too much.
  package init(others: Int = 5, manager: Int = 10) {
    self.others = max(5, others)
    self.manager = max(10, manager, others)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      others: try container.decode(Int.self, forKey: .others),
      manager: try container.decode(Int.self, forKey: .manager))
  }
}
