import JSONScan
import Ledger
import Readers

/// Cuts a file into the answers that are in it: a CSV export, or JSON documents one behind another, however they are
/// broken into lines.
struct BillDocuments {
  var answers: [BillAnswer] = []
  /// Answers with buckets and nothing in them.
  var empty: [BillFields] = []
  var problems: BillProblems
  /// Nothing at all was recognised.
  var isUnknown = false

  /// - Parameter asked: What somebody says that it is, for documents that do not show it.
  init(_ bytes: [UInt8], file: String, as asked: BillReport?) {
    problems = BillProblems(file: file)
    if let export = CursorExport(bytes) {
      answers.append(CursorReports.export(export, &problems))
      return
    }
    readJSON(bytes, as: asked)
    isUnknown = answers.isEmpty && empty.isEmpty && problems.total == 0
  }

  private mutating func readJSON(_ bytes: [UInt8], as asked: BillReport?) {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    var cursor = JSONCursor(bytes.span, at: hasMark ? 3 : 0)
    var isDamaged = false
    var line = BillLineNumber()
    while cursor.nextKind() != nil || cursor.position < bytes.count {
      let start = cursor.position
      let number = line.number(at: start, in: bytes)
      do {
        take(try ExactJSON.next(&cursor, in: bytes), line: number, as: asked)
      } catch {
        problems.note("line \(number)", "\(error.description).")
        isDamaged = true
        // Text of another kind is refused once, and not line by line.
        guard [0x7B, 0x5B].contains(bytes[min(start, bytes.count - 1)]) else { break }
        // On at the next line that can begin a document: those within one are indented, and must not pass for one.
        guard let next = Self.nextDocument(behind: start, in: bytes) else { break }
        cursor.position = next
      }
    }
    if isDamaged { for index in answers.indices { answers[index].isDamaged = true } }
  }

  private static func nextDocument(behind start: Int, in bytes: [UInt8]) -> Int? {
    var at = start
    while let line = bytes[at...].firstIndex(of: 0x0A), line + 1 < bytes.count {
      if bytes[line + 1] == 0x7B || bytes[line + 1] == 0x5B { return line + 1 }
      at = line + 1
    }
    return nil
  }

  private mutating func take(_ tree: ExactJSON, line: Int, as asked: BillReport?) {
    if let items = tree.array {
      for (index, item) in items.enumerated() { take(item, place: "[\(index)]", as: asked) }
    } else {
      // A file of one document needs no line.
      take(tree, place: line > 1 ? "line \(line): " : "", as: asked)
    }
  }

  private mutating func take(_ tree: ExactJSON, place: String, as asked: BillReport?) {
    guard let document = BillFields(tree, at: place, &problems) else { return }
    var format = BillFormat(document.members)
    if case .emptyBuckets = format, let asked { format = .report(asked) }
    switch format {
    case .report(let report): answers.append(Self.read(document, as: report, &problems))
    case .copilotRow: answers.append(CopilotReports.row(document, &problems))
    case .emptyBuckets: empty.append(document)
    case .empty:
      if let asked {
        answers.append(Self.read(document, as: asked, &problems))
        return
      }
      problems.note(place, "There is nothing in it, not even which day it is of.")
    case .refused(let reason): problems.note(place, reason)
    case .unknown: problems.note(place, "This is none of the reports that are known: \(Self.known).")
    }
  }

  static func read(_ document: BillFields, as report: BillReport, _ problems: inout BillProblems)
    -> BillAnswer
  {
    switch report {
    case .anthropicUsage: AnthropicReports.usage(document, &problems)
    case .anthropicCost: AnthropicReports.cost(document, &problems)
    case .claudeCode: AnthropicReports.claudeCode(document, &problems)
    case .openAIUsage: OpenAIReports.usage(document, &problems)
    case .openAICosts: OpenAIReports.costs(document, &problems)
    case .copilot: CopilotReports.report(document, &problems)
    case .cursor: CursorReports.events(document, &problems)
    }
  }

  static let known = BillReport.allCases.map(\.title).joined(separator: ", ")
}

/// Which line a place is on; asked for places one behind another, so that a file is counted through once.
private struct BillLineNumber {
  private var line = 1
  private var counted = 0

  mutating func number(at position: Int, in bytes: [UInt8]) -> Int {
    let end = min(position, bytes.count)
    while counted < end {
      if bytes[counted] == 0x0A { line += 1 }
      counted += 1
    }
    return line
  }
}
