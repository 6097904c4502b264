/// How many active people a group must have before figures of it are shown (DESIGN, law 6).
package struct Floors: Hashable, Sendable {
  /// To whoever does not manage the group.
  package var others: Int
  /// To whoever manages it, and so knows who is in it.
  package var manager: Int

  package init(others: Int = 5, manager: Int = 10) {
    self.others = others
    self.manager = manager
  }
}
