/// What undoing a move takes: which message of which mailbox became which of which other. Kept by whoever moved.
package struct MoveReceipt: Hashable, Sendable, Codable {
  package var from: MailboxName
  package var fromValidity: UIDValidity
  package var to: MailboxName
  /// `nil` where nothing was moved.
  package var toValidity: UIDValidity?
  /// From UIDs in ``from`` to UIDs in ``to``. Those that are not in it were not there any more.
  package var uids: UIDMap

  package init(
    from: MailboxName, fromValidity: UIDValidity, to: MailboxName, toValidity: UIDValidity?, uids: UIDMap
  ) {
    self.from = from
    self.fromValidity = fromValidity
    self.to = to
    self.toValidity = toValidity
    self.uids = uids
  }
}

/// What came of putting messages back into one mailbox.
package struct PutBack: Hashable, Sendable {
  package var mailbox: MailboxName
  package var uidValidity: UIDValidity?
  /// From the UIDs that they had there to those that they have now.
  package var restored = UIDMap()
  /// By the UIDs that they had there: no longer where they were moved to, because somebody moved them on.
  package var gone = UIDSet()
}

extension OpenMailbox {
  /// Moves messages, with flags, keywords and dates (RFC 6851). Whole or not at all for each message; what was moved is in the
  /// receipt.
  ///
  /// - Throws: ``IMAPError/unsupported(command:needs:)`` at servers without MOVE or UIDPLUS: a copy and a deletion in its
  ///   place could not be undone, and without UIDPLUS nobody says where the messages are.
  package func move(_ uids: UIDSet, to name: MailboxName) async throws(IMAPError) -> MoveReceipt {
    try client.checkMoving()
    var receipt = MoveReceipt(
      from: self.name, fromValidity: uidValidity, to: name, toValidity: nil, uids: UIDMap())
    guard !uids.isEmpty else { return receipt }
    var command = try command("UID MOVE", changes: true)
    command.uids(try uids.atOnce())
    command.mailbox(name)
    let answer = try await client.perform(command)
    for status in answer.statuses {
      guard case .copyUID(let validity, let map)? = status.code else { continue }
      receipt.toValidity = validity
      for run in map.runs {
        receipt.uids.append(source: run.source, destination: run.destination, count: run.count)
      }
    }
    // A move that was refused half-way did happen to those that the receipt names.
    guard answer.status.condition == .ok || !receipt.uids.isEmpty else {
      throw command.refusal(answer.status)
    }
    return receipt
  }
}

extension IMAPClient {
  /// For whoever does something else before the move.
  ///
  /// - Throws: ``IMAPError/unsupported(command:needs:)`` where ``OpenMailbox/move(_:to:)`` would.
  package func checkMoving() throws(IMAPError) {
    for needed in [Capability.move, .uidPlus] where !capabilities.contains(needed) {
      throw .unsupported(command: "UID MOVE", needs: needed)
    }
  }

  /// Moves messages back to where they were moved from, one receipt or several. Opens other mailboxes.
  ///
  /// Flags, keywords and dates go with the messages; flags that were changed besides are for whoever changed them to
  /// take back. What cannot be had again is the UID: a server gives a new one, the highest, to whatever
  /// comes to a mailbox (RFC 3501, section 2.3.1.1). So by date the order is as it was, and by UID the messages that are put
  /// back stand behind those that stayed, in the order that they had among themselves: they are moved in ascending order of
  /// their first UIDs, whatever the receipts' order and wherever they were.
  ///
  /// After an error it may be asked again: what is back already is then among ``PutBack/gone``.
  package func putBack(_ receipts: [MoveReceipt]) async throws(IMAPError) -> [PutBack] {
    var results: [PutBack] = []
    for mailbox in Set(receipts.map(\.from)).sorted(by: { $0.text < $1.text }) {
      results.append(try await putBack(receipts.filter { $0.from == mailbox }, into: mailbox))
    }
    return results
  }

  private func putBack(_ receipts: [MoveReceipt], into mailbox: MailboxName) async throws(IMAPError)
    -> PutBack
  {
    var result = PutBack(mailbox: mailbox)
    var isOpen: OpenMailbox?
    for step in PutBackStep.steps(of: receipts) {
      let receipt = receipts[step.receipt]
      if isOpen?.name != receipt.to { isOpen = try await open(receipt.to, for: .changing) }
      guard let open = isOpen, open.uidValidity == receipt.toValidity else {
        result.gone = result.gone.union(step.map.sources)
        continue
      }
      let back = try await open.move(step.map.destinations, to: mailbox)
      if let validity = back.toValidity { result.uidValidity = validity }
      for (original, moved) in step.map.pairs {
        if let new = back.uids[moved] {
          result.restored.append(source: original, destination: new)
        } else {
          result.gone.insert(original)
        }
      }
    }
    return result
  }
}

/// Messages that go back by one command: a server moves them in the ascending order of the UIDs that they have.
struct PutBackStep {
  /// Which of the receipts.
  var receipt: Int
  /// Ascending on both sides.
  var map: UIDMap

  /// At most so many messages by one command, so that its line stays short and its answer soon.
  static let most = 500

  static func steps(of receipts: [MoveReceipt]) -> [PutBackStep] {
    let all = receipts.enumerated().flatMap { index, receipt in
      receipt.uids.pairs.map { (receipt: index, original: $0.source, moved: $0.destination) }
    }.sorted { $0.original < $1.original }
    var steps: [PutBackStep] = []
    var last: UID?
    for entry in all {
      if var step = steps.last, step.receipt == entry.receipt, step.map.count < most,
        let before = last, before < entry.moved
      {
        step.map.append(source: entry.original, destination: entry.moved)
        steps[steps.count - 1] = step
      } else {
        var map = UIDMap()
        map.append(source: entry.original, destination: entry.moved)
        steps.append(PutBackStep(receipt: entry.receipt, map: map))
      }
      last = entry.moved
    }
    return steps
  }
}
