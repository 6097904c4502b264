/// What a run does with the messages that it read: made of the policy and the readings alone, the same each time.
package struct TriagePlan: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package var message: TriagedMessage
    /// `nil`: it could not be read.
    package var reading: MessageReading?
    package var action: TriagePolicy.Action
    /// Why less is done with it than the rule says: a later run takes it up again.
    package var held: Held?

    package enum Held: Hashable, Sendable { case mostMoves, mostDrafts }

    /// What is to be moved waits whole, since a flag would keep it where it is; of what stays only the draft waits.
    fileprivate mutating func wait(_ held: Held) {
      self.held = held
      if action.file == nil { action.draft = false } else { action = TriagePolicy.Action() }
    }
  }

  /// In the order in which they came in.
  package let items: [Item]

  package init(_ messages: [(TriagedMessage, MessageReading?)], by policy: TriagePolicy) {
    var (moves, drafts) = (0, 0)
    items = messages.map { message, reading in
      var item = Item(message: message, reading: reading, action: policy.action(for: message, read: reading))
      // Where there are to be none, nothing waits for them.
      if policy.mostMoves == 0 { item.action.file = nil }
      if policy.mostDrafts == 0 { item.action.draft = false }
      if item.action.file != nil, moves >= policy.mostMoves {
        item.wait(.mostMoves)
      } else if item.action.draft, drafts >= policy.mostDrafts {
        item.wait(.mostDrafts)
      }
      if item.action.file != nil { moves += 1 }
      if item.action.draft { drafts += 1 }
      return item
    }
  }

  private init(_ items: [Item]) { self.items = items }

  /// What of it came to be: the person may have been quicker, or a draft may have been there.
  package func carriedOut(filed: Set<UInt32>, drafted: Set<UInt32>) -> TriagePlan {
    TriagePlan(
      items.map { item in
        var item = item
        if !filed.contains(item.message.uid) {
          (item.action.file, item.action.flag, item.action.keyword) = (nil, false, nil)
        }
        if !drafted.contains(item.message.uid) { item.action.draft = false }
        return item
      })
  }

  /// How messages are marked and where they are moved to.
  package struct Filing: Hashable, Sendable {
    package var folder: String?
    package var isFlagged: Bool
    package var keyword: String?

    package init(folder: String?, isFlagged: Bool = false, keyword: String? = nil) {
      self.folder = folder
      self.isFlagged = isFlagged
      self.keyword = keyword
    }

    package var isNothing: Bool { folder == nil && !isFlagged && keyword == nil }
    fileprivate var order: String { "\(folder ?? "")\u{0}\(keyword ?? "")\u{0}\(isFlagged)" }
  }

  /// Messages that are treated alike, together.
  package var filings: [(filing: Filing, messages: [TriagedMessage])] {
    var groups: [Filing: [TriagedMessage]] = [:]
    for item in items {
      let action = item.action
      let filing = Filing(folder: action.file, isFlagged: action.flag, keyword: action.keyword)
      if !filing.isNothing { groups[filing, default: []].append(item.message) }
    }
    return groups.sorted { $0.key.order < $1.key.order }.map { ($0.key, $0.value) }
  }

  package var drafts: [Item] { items.filter(\.action.draft) }

  /// Lists that the person is asked about: each once, and a few in a run.
  package var unsubscriptions: [Item] {
    var lists: Set<String> = []
    return Array(
      items.filter { $0.action.unsubscribe && lists.insert($0.message.list ?? $0.message.from).inserted }
        .prefix(Self.mostUnsubscriptions))
  }

  private static let mostUnsubscriptions = 5
}
