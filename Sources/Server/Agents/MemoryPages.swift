import Account
import Charts
import Foundation
import Hummingbird
import Journal
import Ledger
import Memory
import Visibility

/// What an agent remembers for somebody: every entry with where it was learned, what was proposed overnight, and the ways to
/// change it. Each person sees their own memory and nobody else's.
struct MemoryPages: Sendable {
  let memory: any MemoryStore
  let journal: any JournalStore
  let sight: Sight
  let layout: PageLayout
  private let limits = MemoryLimits()

  init(_ memory: any MemoryStore, journal: any JournalStore, sight: Sight, layout: PageLayout) {
    self.memory = memory
    self.journal = journal
    self.sight = sight
    self.layout = layout
  }

  static func address(of agent: String) -> String { "/agents/\(agent)/memory" }

  func add(to router: Router<AssayContext>) {
    router.get("/agents/:agent/memory") { request, context in try page(request, context) }
    router.post("/agents/:agent/memory") { request, context in try await remember(request, context) }
    router.post("/agents/:agent/memory/:entry/forget") { request, context in
      try await forget(request, context)
    }
    router.post("/agents/:agent/dreams/:dream") { request, context in try await decide(request, context) }
  }

  // MARK: Looking

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let keeper = try keeper(context)
    let entries = try memory.entries(of: keeper)
    let dreams = try memory.dreams(of: keeper, limit: 30)
    let address = Self.address(of: keeper.agent)
    var content = PageContent.heading(
      "What \(keeper.agent) remembers",
      "For you alone: other people’s runs of it are shown nothing of this. It is information to the agent, never an instruction, and opens no way that its folder does not."
    )
    for dream in dreams where dream.state == .waiting {
      content += .section("Proposed \(dream.made.utcMinute)", words(of: dream, entries, context))
    }
    let (lasting, notes) = (entries.filter { $0.tier == .lasting }, entries.filter { $0.tier == .note })
    content += .section("Kept for good", list(lasting, context, empty: "Nothing yet."))
    content += .form(
      address, proof: context.formProof, button: "Remember this",
      "<label>Something it should know <textarea name=\"text\" rows=\"2\" maxlength=\"600\" required></textarea></label>\n"
    )
    content += .section(
      "Notes of its own",
      .quiet(
        "Kept for \(Int(limits.keepsNotes.components.seconds / 86_400)) days. What was written after the agent had read texts by others is marked; it is shown to the agent as theirs, and no consolidation looks at it."
      ) + list(notes, context, empty: "None."))
    let past = dreams.filter { $0.state != .waiting }
    if !past.isEmpty {
      content += .section(
        "Consolidations",
        past.map { dream in
          PageContent.folded(
            "\(dream.made.utcMinute), \(Self.title(of: dream))", words(of: dream, entries, context))
        }.reduce(.nothing, +))
    }
    return try layout.page(
      "What \(keeper.agent) remembers", at: AgentPages.address, request, context, content)
  }

  private func list(_ entries: [MemoryEntry], _ context: AssayContext, empty: String) -> PageContent {
    guard !entries.isEmpty else { return .quiet(empty) }
    return entries.map { entry in
      PageContent.paragraph(entry.text)
        + .quiet("\(entry.kept.utcMinute), \(Self.words(entry.provenance)).") + links(entry.sources)
        + .form(
          "\(Self.address(of: Markup.escape(entry.keeper.agent)))/\(entry.id.rawValue)/forget",
          proof: context.formProof, button: "Take it away", "")
    }.reduce(.nothing, +)
  }

  private func links(_ sources: [MemorySource]) -> PageContent {
    sources.prefix(5).map { source in
      switch source {
      case .person: PageContent.quiet("You wrote it here.")
      case .run(let run, _): .link(RunPages.address(of: run), "Learned in run \(run.short)")
      }
    }.reduce(.nothing, +)
  }

  private func words(of dream: Dream, _ entries: [MemoryEntry], _ context: AssayContext) -> PageContent {
    let known = Dictionary(entries.map { ($0.id, $0.text) }) { first, _ in first }
    let lines = dream.changes.map { change in
      let before = change.removed.map { "− \(known[$0] ?? "entry \($0.short), which is not there any more")" }
      let after = change.added.map { ["+ \($0.text) (\(Self.words($0.provenance)))"] } ?? []
      let reason = if case .forget(_, let because) = change { ["  because: \(because)"] } else { [String]() }
      return PageContent.lines((before + reason + after).joined(separator: "\n"))
        + links(change.added?.sources ?? [])
    }.reduce(.nothing, +)
    let verbs: [(String, String)] =
      switch dream.state {
      case .waiting: [("apply", "Remember it so"), ("discard", "Leave everything as it is")]
      case .applied: [("revert", "Take it back")]
      case .discarded, .reverted: []
      }
    return verbs.reduce(lines) { content, verb in
      content
        + .form(
          "/agents/\(Markup.escape(dream.keeper.agent))/dreams/\(dream.id.rawValue)",
          proof: context.formProof,
          button: verb.1, "<input type=\"hidden\" name=\"verb\" value=\"\(verb.0)\">\n")
    } + .link(RunPages.address(of: dream.run), "The run that proposed it, with its cost")
  }

  private static func title(of dream: Dream) -> String {
    let changes = "\(dream.changes.count) \(dream.changes.count == 1 ? "change" : "changes")"
    let whose = dream.decider == .folder ? " by its folder’s leave" : ""
    return "\(changes), \(dream.state.rawValue)\(whose)"
  }

  private static func words(_ provenance: MemoryProvenance) -> String {
    switch provenance {
    case .owner: "in your words"
    case .composed: "in the agent’s words, from yours and trusted systems’"
    case .untrusted(let places): "in the agent’s words, after it had read \(places.joined(separator: ", "))"
    }
  }

  // MARK: Changing

  private func remember(_ request: Request, _ context: AssayContext) async throws -> Response {
    let keeper = try keeper(context)
    let form = try await FormBody(request, context)
    guard let entry = MemoryEntry(written: form["text"] ?? "", for: keeper, at: context.asked, limits) else {
      throw ProblemDetails.badField(
        "text",
        "text has at most \(limits.entryBytes) bytes, and nothing that cannot be seen or looks like a credential."
      )
    }
    return try changed(keeper) { () throws(MemoryError) in try memory.remember(entry, within: limits) }
  }

  private func forget(_ request: Request, _ context: AssayContext) async throws -> Response {
    let keeper = try keeper(context)
    _ = try await FormBody(request, context)
    let id = MemoryID(rawValue: try context.parameters.require("entry"))
    return try changed(keeper) { () throws(MemoryError) in
      try memory.forget([id], of: keeper, at: context.asked)
    }
  }

  private func decide(_ request: Request, _ context: AssayContext) async throws -> Response {
    let keeper = try keeper(context)
    let form = try await FormBody(request, context)
    let id = DreamID(rawValue: try context.parameters.require("dream"))
    let (me, now) = (Dream.Decider.person(keeper.account), context.asked)
    return try changed(keeper) { () throws(MemoryError) in
      switch form["verb"] {
      case "apply": _ = try memory.apply(id, of: keeper, by: me, within: limits, at: now)
      case "discard": _ = try memory.discard(id, of: keeper, by: me, at: now)
      case "revert": _ = try memory.revert(id, of: keeper, by: me, at: now)
      default: throw .noDream(id.short)
      }
    }
  }

  private func changed(_ keeper: MemoryKeeper, _ change: () throws(MemoryError) -> Void) throws -> Response {
    do throws(MemoryError) {
      try change()
    } catch {
      switch error {
      case .storage: throw error
      case .noEntry, .noDream: throw ProblemDetails.noMemory
      case .full, .misfit, .decided:
        throw ProblemDetails(409, "not-remembered", title: "Nothing was changed", detail: "\(error)")
      }
    }
    return Response.redirect(to: Self.address(of: keeper.agent), type: .normal)
  }

  /// Whoever has had no run of the agent has no memory of it either, and is not told whether there is such an agent.
  private func keeper(_ context: AssayContext) throws -> MemoryKeeper {
    let account = try sight.own(.runs, context).account
    let name = try context.parameters.require("agent")
    guard try !journal.runs(of: RunFilter(account: account, agent: name), limit: 1).isEmpty else {
      throw ProblemDetails.noAgent
    }
    return MemoryKeeper(agent: name, account: account)
  }
}

extension ProblemDetails {
  static let noMemory = ProblemDetails(
    404, "no-such-entry", title: "No such entry", detail: "Nothing of that name is remembered for you.")
}
