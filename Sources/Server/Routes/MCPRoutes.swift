import Account
import Boards
import Charts
import ControlSQLite
import Digest
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import ModelContext
import NIOCore
import Visibility

/// The same figures for AI tools, by the Model Context Protocol: one request an answer, each under the policy as if its
/// sender had opened the page.
struct MCPRoutes: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone
  let bounds: ServerSettings.Bounds
  let digests: DigestReading
  let boards: BoardShelf
  let target: TargetReading

  func add(to router: Router<AssayContext>) {
    router.post("/mcp") { request, context in try await answer(request, context) }
  }

  private static let longest = 256 << 10

  @Sendable private func answer(_ request: Request, _ context: AssayContext) async throws -> Response {
    guard context.caller != nil else { throw ProblemDetails.signInNeeded }
    let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }
    guard type == "application/json" else {
      throw ProblemDetails(415, "not-json", title: "Not JSON", detail: "Send application/json.")
    }
    let body = try await IngestBody(limit: Self.longest, time: bounds.bodyTime).bytes(of: request)
    let service = MCPService(version: "1", instructions: Self.instructions, tools: tools(context))
    let answer = await service.answer(
      body,
      headers: MCPService.Headers(
        version: request.headers[.mcpProtocolVersion], method: request.headers[.mcpMethod],
        name: request.headers[.mcpName]))
    guard let text = answer.body else { return Response(status: .accepted) }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private static let instructions = """
    Figures of what an organisation's AI tools cost and what came of it, as far as whoever asks may see them. Groups are \
    shown from a number of active people on, by closed week; a group that is missing had too few, or would give somebody \
    away: do not guess at it. Money is in integer nano-dollars at list price; tokens come in classes of different price, \
    and must not be added up over classes. “Not linked” says that no outcome was found or the records do not suffice, and \
    is no judgement. What is unknown is null, which is not zero.
    """

  private func tools(_ context: AssayContext) -> [MCPTool] {
    switch context.caller {
    case .machine, nil: groupTools(context)
    case .localUser, .person: ownTools(context) + groupTools(context)
    }
  }

  private func ownTools(_ context: AssayContext) -> [MCPTool] {
    [
      MCPTool(
        "my_account", title: "My account",
        description: "What was spent in the name of whoever asks, and what became of it.",
        arguments: [
          .init(
            "by", .choice(ReportGrouping.allCases.map(\.rawValue)), "What to list. Default: project.")
        ]
      ) { arguments in
        let grouping = try arguments.text("by").flatMap { ReportGrouping(rawValue: $0) } ?? .project
        let own = try told { try sight.own(.me, context) }.account
        let account = try AccountReader(ledger: ledger, timeZone: timeZone).account(of: own)
        return MCPTool.Outcome(
          account.text(TextOptions(columns: 100, grouping: grouping)), account.summary(by: grouping))
      }
    ]
  }

  private func groupTools(_ context: AssayContext) -> [MCPTool] {
    [
      MCPTool(
        "closed_weeks", title: "Closed weeks", description: "The weeks of which figures are published."
      ) { _ in
        _ = try told { try sight.ask(.cellExport, on: .group(isManagedByViewer: false), context) }
        let weeks = try control.frozenWeeks()
        return MCPTool.Outcome(
          weeks.isEmpty
            ? "No week has been closed yet." : weeks.map(\.week.description).joined(separator: ", "),
          .object([
            (
              "weeks",
              .array(
                weeks.map {
                  .object([("week", .string("\($0.week)")), ("settled", .bool($0.isSettled))])
                })
            )
          ]))
      },
      MCPTool(
        "week", title: "A closed week",
        description: "What is published of a closed week: the organisation, teams, applications, use cases.",
        arguments: [.init("week", .text, "As 2026-W21.", isRequired: true)]
      ) { arguments in
        _ = try told { try sight.ask(.cellExport, on: .group(isManagedByViewer: false), context) }
        guard let week = try arguments.text("week").flatMap({ Week($0) }),
          let frozen = try control.frozenWeek(week)
        else { throw MCPToolError("No such week is closed. closed_weeks lists them.") }
        let names = GroupNames(try control.snapshot())
        let cells = frozen.published.cells.filter { $0.group.dimension != .costCentre }
        let list = CellList(frozen, names)
        let table = CellTable(frozen, names).table { cells.contains($0) }
        return MCPTool.Outcome(
          (table.lines + [FrozenWeek.whyMissing]).joined(separator: "\n"),
          try list.document(of: cells, Paging(limit: Paging.most)))
      },
      MCPTool(
        "adoption_target", title: "The adoption target",
        description:
          "What share of people is to use AI each week, how far that is reached by week and team, and what the target does: days of use, spend without an outcome, and what held, before and after it was announced."
      ) { _ in
        _ = try told { try sight.ask(.adoptionTarget, on: .organisation, context) }
        guard let shown = try target.shown() else {
          return MCPTool.Outcome(TargetReading.none, TargetJSON.none)
        }
        return MCPTool.Outcome(TargetWords(shown).text, TargetJSON(shown).document)
      },
      boardTool(context), digestTool(context),
    ]
  }

  private func boardTool(_ context: AssayContext) -> MCPTool {
    MCPTool(
      "board", title: "A board",
      description:
        "Applications, use cases or teams side by side over the last settled weeks: cost per held change, DORA’s figures, review time, churn; with intervals. Not a ranking: say that one differs only where its standing is “different”.",
      arguments: [
        .init("of", .choice(Board.Dimension.allCases.map(\.rawValue)), "Which groups. Default: applications.")
      ]
    ) { arguments in
      _ = try told { try sight.ask(.board, on: .group(isManagedByViewer: false), context) }
      let dimension = try arguments.text("of").flatMap { Board.Dimension(rawValue: $0) } ?? .applications
      let board = try boards.board(dimension)
      return MCPTool.Outcome(board.text, board.json())
    }
  }

  private func digestTool(_ context: AssayContext) -> MCPTool {
    MCPTool(
      "team_digest", title: "A team’s weekly digest",
      description:
        "What a team’s AI use led to, in sentences: how the week settled last turned out, and what was used since. The team’s own words only if whoever asks is of it; they are no figures.",
      arguments: [
        .init("team", .text, "The team’s name.", isRequired: true),
        .init("week", .text, "As 2026-W21. Default: the week that was closed last."),
      ]
    ) { arguments in
      _ = try told { try sight.ask(.digest, on: .group(isManagedByViewer: false), context) }
      let name = try arguments.text("team") ?? ""
      let asked = try arguments.text("week")
      let week = asked.flatMap { Week($0) }
      let teams = try control.snapshot().contents.teams.filter { $0.ended == nil }
      guard let team = teams.first(where: { $0.name.lowercased() == name.lowercased() }),
        asked == nil || week != nil
      else { throw MCPToolError("There is no such team or week. Weeks are written as 2026-W21.") }
      let digest = try told { try digests.digest(ofTeam: team.id, week: week, context) }
      return MCPTool.Outcome(digest.markdown, digest.json)
    }
  }

  /// The policy's own words, for the model and its user.
  private func told<Answer>(_ ask: () throws -> Answer) throws -> Answer {
    do {
      return try ask()
    } catch let problem as ProblemDetails {
      throw MCPToolError(problem.detail ?? problem.title)
    }
  }
}

extension HTTPField.Name {
  // Names of letters and hyphens, which every header's may be.
  static let mcpProtocolVersion = HTTPField.Name("MCP-Protocol-Version") ?? .userAgent
  static let mcpMethod = HTTPField.Name("Mcp-Method") ?? .userAgent
  static let mcpName = HTTPField.Name("Mcp-Name") ?? .userAgent
}
