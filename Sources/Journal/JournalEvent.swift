import Effects
package import Ledger

/// One link of the chain that says what was written in the journal, in the order in which it was written: never content,
/// only numbers and hashes, so that it can be checked after the content is gone.
package struct JournalEvent: Hashable, Sendable {
  /// From 1, without gaps.
  package var number: Int64
  /// `nil` where the person was erased: all but the digest and the hash is gone then.
  package var body: Body?
  /// Of the body, with its salt: says nothing of a body that is gone.
  package var digest: String
  /// Of the hash before, the number and the digest.
  package var hash: String

  package init(number: Int64, body: Body?, digest: String, hash: String) {
    self.number = number
    self.body = body
    self.digest = digest
    self.hash = hash
  }

  /// The link that comes after one with this hash.
  package init(_ body: Body, number: Int64, after previous: String) {
    let digest = body.digest
    self.init(
      number: number, body: body, digest: digest,
      hash: Self.link(previous, number: number, digest: digest))
  }

  /// What the first link is joined to.
  package static let beginning = String(repeating: "0", count: 64)

  package static func link(_ previous: String, number: Int64, digest: String) -> String {
    Fingerprint.digits(of: [previous, String(number), digest])
  }

  package struct Body: Hashable, Sendable {
    package var organisation: Int64
    package var at: Instant
    package var run: RunID?
    package var step: Int?
    package var kind: Kind
    /// Names, numbers and hashes.
    package var details: [String: String]
    /// Random, so that what was hashed cannot be guessed at once it is gone.
    package var salt: String

    package init(
      organisation: Int64 = 1, at: Instant, run: RunID? = nil, step: Int? = nil, kind: Kind,
      details: [String: String] = [:], salt: String
    ) {
      self.organisation = organisation
      self.at = at
      self.run = run
      self.step = step
      self.kind = kind
      self.details = details
      self.salt = salt
    }

    package var digest: String {
      Fingerprint.digits(of: [
        salt, String(organisation), String(at.milliseconds), run.map { "=" + $0.rawValue } ?? "",
        step.map(String.init) ?? "", kind.rawValue, JSON.object(details.mapValues { .string($0) }).canonical,
      ])
    }
  }

  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case begun, claimed, released, ended
    case answered, reserved, intended, retried, concluded, skipped, resolved
    case approvalRequested = "approval-requested"
    case approvalDecided = "approval-decided"
    case approvalConsumed = "approval-consumed"
    case approvalExpired = "approval-expired"
    case stopOrdered = "stop-ordered"
    case stopLifted = "stop-lifted"
    case outcomeOpened = "outcome-opened"
    case outcomeChanged = "outcome-changed"
    /// That bodies are gone, and of which numbers: `from` and `to`, both included.
    case erased
  }
}

/// The last link: whoever notes it elsewhere can tell later whether anything before it was changed or cut off.
package struct ChainHead: Hashable, Sendable, Codable {
  package var number: Int64
  package var hash: String

  package init(number: Int64, hash: String) {
    self.number = number
    self.hash = hash
  }

  package static let beginning = ChainHead(number: 0, hash: JournalEvent.beginning)
}

/// Goes over a chain from its beginning, one link at a time, and says what is wrong with it.
package struct ChainCheck: Sendable {
  package private(set) var head = ChainHead.beginning
  /// Links whose bodies are gone, that no later link has said so of yet.
  private var gone: Set<Int64> = []
  package private(set) var erased = 0
  private var isBroken = false

  package init() {}

  package struct Break: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of the first link that is wrong.
    package var number: Int64
    package var reason: String

    package var description: String {
      "The journal was changed: event \(number) \(reason). What it says from there on cannot be relied on; compare it with a backup."
    }
  }

  package mutating func check(_ event: JournalEvent) throws(Break) {
    guard event.number == head.number + 1 else {
      throw Break(number: head.number + 1, reason: "is missing")
    }
    guard event.hash == JournalEvent.link(head.hash, number: event.number, digest: event.digest) else {
      throw Break(number: event.number, reason: "does not follow from the one before")
    }
    if let body = event.body {
      guard event.digest == body.digest else {
        throw Break(number: event.number, reason: "is not what it was when it was written")
      }
      if body.kind == .erased { try settle(body, at: event.number) }
    } else {
      gone.insert(event.number)
      erased += 1
    }
    head = ChainHead(number: event.number, hash: event.hash)
  }

  private mutating func settle(_ body: JournalEvent.Body, at number: Int64) throws(Break) {
    guard let from = body.details["from"].flatMap({ Int64($0) }),
      let to = body.details["to"].flatMap({ Int64($0) }), from <= to, to < number
    else { throw Break(number: number, reason: "says of no events that they were erased") }
    gone = gone.filter { !(from...to).contains($0) }
  }

  /// To be called after the last link.
  ///
  /// - Parameter noted: Heads that were noted elsewhere, the journal's own among them.
  package func finish(_ noted: ChainHead) throws(Break) {
    if let first = gone.min() {
      throw Break(number: first, reason: "is empty, and nobody was erased")
    }
    guard head.number >= noted.number else {
      throw Break(number: head.number + 1, reason: "and what came after it are missing")
    }
    if head.number == noted.number, head.hash != noted.hash {
      throw Break(number: head.number, reason: "is not the one that was noted as the last")
    }
  }
}
