import Effects
import Foundation
import GRDB
import Journal
import Ledger

/// How the journal's nouns stand in rows.
enum JournalRows {
  enum Part: String {
    case purpose, answer, arguments, result, shown

    var words: String {
      switch self {
      case .purpose: "What the run is for"
      case .answer: "The model's answer"
      case .arguments: "The call"
      case .result: "What the tool gave back"
      case .shown: "What is shown for an approval"
      }
    }
  }

  struct Damaged: Error, CustomStringConvertible {
    var what: String
    var description: String {
      "The agents' journal is damaged: \(what) cannot be read. Restore the control database from a backup."
    }
  }

  // MARK: Text

  /// In the one form in which it is hashed.
  static func text(_ details: [String: String]) -> String {
    JSON.object(details.mapValues { .string($0) }).canonical
  }

  static func text(_ value: some Encodable) throws -> String {
    // By way of a tree, which takes less; the encoder has what no JSON value holds, such as the parts of a duration.
    if let json = try? JSON(encoding: value) { return json.canonical }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(_ type: Value.Type, _ text: String, of what: String) throws -> Value {
    do {
      let bytes = Data(text.utf8)
      // By way of a tree, which takes less; the decoder has what a JSON value holds rounded.
      if let value = try? JSON(bytes: bytes).decoded(as: type) { return value }
      return try JSONDecoder().decode(type, from: bytes)
    } catch {
      throw Damaged(what: what)
    }
  }

  // MARK: Rows

  static func run(_ row: Row, _ db: Database) throws -> Run {
    let id = RunID(rawValue: row["id"])
    guard let status = RunStatus(rawValue: row["status"]) else { throw Damaged(what: "run \(id)") }
    return Run(
      id: id, account: AccountID(rawValue: row["account_id"]), agent: row["agent"], folder: row["folder"],
      status: status, purpose: try content(Passage.self, .purpose, 0, of: id, db) ?? .gone,
      parent: (row["parent_id"] as String?).map(RunID.init(rawValue:)), occurrence: row["occurrence"],
      planned: try (row["planned"] as String?).map { try value(JSON.self, $0, of: "run \(id)") },
      epoch: row["epoch"], takeovers: row["takeovers"], executor: row["executor"],
      begun: row.instant("begun"), ended: row.instant("ended"), wake: row.instant("wake"),
      reason: row["reason"])
  }

  static func step(_ row: Row, _ db: Database) throws -> Step {
    let run = RunID(rawValue: row["run_id"])
    let (number, name): (Int, String) = (row["number"], row["name"])
    let what = "step \(number) of run \(run)"
    let effectClass = (row["effect_class"] as String?).flatMap(EffectClass.init(rawValue:))
    guard let state = Step.State(rawValue: row["state"]) else { throw Damaged(what: what) }
    let kind: Step.Kind = effectClass.map { .effect(tool: name, $0) } ?? .answer(model: name)
    var step = Step(
      run: run, number: number, kind: kind, state: state, epoch: row["epoch"], attempts: row["attempts"],
      effect: (row["effect_id"] as String?).map(EffectID.init(rawValue:)),
      authority: try (row["authority"] as String?).map { try value(Authority.self, $0, of: what) },
      begun: row.instant("begun"), concluded: row.instant("concluded"), reason: row["reason"])
    let item = Int64(number)
    switch kind {
    case .answer: step.answer = try content(JSON.self, .answer, item, of: run, db) ?? .gone
    case .effect:
      step.arguments = try content(JSON.self, .arguments, item, of: run, db) ?? .gone
      // Of what a person said that it happened there is no result.
      let missing: Kept<ToolResult> = state == .done && step.reason == nil ? .gone : .none
      step.result = try content(ToolResult.self, .result, item, of: run, db) ?? missing
    }
    return step
  }

  static func content<Value: Decodable & Hashable & Sendable>(
    _ type: Value.Type, _ part: Part, _ number: Int64, of run: RunID, _ db: Database
  ) throws -> Kept<Value>? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT body, is_withheld FROM agent_content WHERE run_id = ? AND part = ? AND number = ?"),
      arguments: [run.rawValue, part.rawValue, number])
    guard let row else { return nil }
    let found = try value(type, row["body"], of: "\(part.rawValue) \(number) of run \(run)")
    return row["is_withheld"] ? .withheld(found) : .whole(found)
  }

  static func outcome(_ row: Row) throws -> Outcome {
    let id = OutcomeID(rawValue: row["id"])
    guard let state = Outcome.State(rawValue: row["state"]) else { throw Damaged(what: "outcome \(id)") }
    return Outcome(
      id: id, run: RunID(rawValue: row["run_id"]), step: row["number"], agent: row["agent"],
      account: AccountID(rawValue: row["account_id"]), kind: row["kind"], subject: row["subject"],
      opened: row.instant("opened"), holdFor: .milliseconds(row["hold_for"] as Int64),
      holdUntil: row.instant("hold_until"), state: state, evidence: row["evidence"],
      changed: row.instant("changed"))
  }

  static func stop(_ row: Row) throws -> Stop {
    let (id, name, subject): (Int64, String, String) = (row["id"], row["scope"], row["subject"])
    let scope: Stop.Scope
    switch name {
    case "run": scope = .run(RunID(rawValue: subject))
    case "agent": scope = .agent(subject)
    case "everything": scope = .everything
    default: throw Damaged(what: "STOP \(id)")
    }
    return Stop(
      id: id, scope: scope, by: AccountID(rawValue: row["ordered_by"]), at: row.instant("at"),
      reason: row["reason"], lifted: row.instant("lifted"))
  }

  /// - Throws: ``ChainCheck/Break`` if the row is none that was written.
  static func event(_ row: Row) throws(ChainCheck.Break) -> JournalEvent {
    let number: Int64 = row["number"]
    let changed = ChainCheck.Break(number: number, reason: "is not what it was when it was written")
    var body: JournalEvent.Body?
    if let name: String = row["kind"] {
      guard let kind = JournalEvent.Kind(rawValue: name), let organisation: Int64 = row["org_id"],
        let at: Instant = row.instant("at"), let written: String = row["details"],
        let salt: String = row["salt"],
        let details = try? JSONDecoder().decode([String: String].self, from: Data(written.utf8)),
        text(details) == written
      else { throw changed }
      body = JournalEvent.Body(
        organisation: organisation, at: at, run: (row["run_id"] as String?).map(RunID.init(rawValue:)),
        step: row["step"], kind: kind, details: details, salt: salt)
    } else if ["org_id", "at", "run_id", "step", "details", "salt"].contains(where: { row.hasValue($0) }) {
      throw changed
    }
    return JournalEvent(number: number, body: body, digest: row["digest"], hash: row["hash"])
  }
}

extension Row {
  fileprivate func hasValue(_ column: String) -> Bool { !(self[column] as DatabaseValue).isNull }
}
