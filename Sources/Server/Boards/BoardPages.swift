import Boards
import Charts
import ControlSQLite
import Hummingbird
import Ledger
import Visibility

/// Teams, applications and use cases side by side, by what held.
struct BoardPages: Sendable {
  let control: ControlStore
  let shelf: BoardShelf
  let sight: Sight
  let layout: PageLayout

  static let address = "/boards"

  func add(to router: Router<AssayContext>) {
    router.get("/boards") { request, context in try page(request, context) }
    router.get("/boards/spend") { request, context in
      let grant = try sight.ask(.board, on: .group(isManagedByViewer: false), context)
      return try layout.page(
        "Spend", at: "/boards/spend", request, context,
        .heading("Spend", "\(grant.form.sentence) Of groups and of the whole, never of a person.")
          + SpendContent(try BoardReading(control)).content + .link(Self.address, "Boards"))
    }
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.board, on: .group(isManagedByViewer: false), context)
    let question = try BoardQuestion(request.uri.queryParameters)
    let board = try shelf.board(question.dimension)
    let content =
      PageContent.heading("Boards", "\(grant.form.sentence) Groups side by side, and no ranking.")
      + question.content + Self.words(on: board)
      + (board.weeks.isEmpty ? .nothing : tables(of: board, question, request))
      + .link("/boards/spend", "Spend, against budgets and the press’s benchmarks")
    return try layout.page("Boards", at: Self.address, request, context, content)
  }

  private func tables(of board: Board, _ question: BoardQuestion, _ request: Request) -> PageContent {
    let pages = RowPages(request, of: board.rows.count, size: 15)
    let links = pages.links("Groups", at: question.address)
    return links + BoardTables(board, sort: question.sort, rows: pages.range).content + links
  }

  private static func words(on board: Board) -> PageContent {
    guard let first = board.weeks.first, let last = board.weeks.last else {
      return .paragraph(
        "No week is settled yet. A week is four weeks after its end, when it can be said what held.")
    }
    let weeks = first == last ? "\(first)" : "\(first) to \(last)"
    return .sentences(
      [
        "\(Figures.counted(board.weeks.count, "settled week")), \(weeks). In brackets the range that holds the true figure 95 times in 100.",
        differences(on: board),
        "“Not shown” was too few people’s, or would have given somebody away; – was not reported, and is not zero.",
      ] + (board.dimension == .teams ? [aboutTeams] : []))
  }

  private static func differences(on board: Board) -> String {
    let rule =
      "Each group is held against all others together, corrected for all comparisons on this page (Holm): where all are the same, it says of one that it differs at most once in twenty pages."
    if board.rows.count < 2 { return "There is nobody to compare with. \(rule)" }
    let differing = board.rows.filter { $0.figures.values.contains { $0.standing == .different } }
    return differing.isEmpty
      ? "No group differs from the others by more than chance would explain. \(rule)"
      : "By more than chance would explain, \(Figures.counted(differing.count, "group")) of \(board.rows.count) \(differing.count == 1 ? "differs" : "differ") from the others, in what is named in the last column; all else is noise. \(rule)"
  }

  private static let aboutTeams =
    "Deployments, incidents and lines are of applications: a team’s own are not known, for the directory does not say which applications are whose."
}
