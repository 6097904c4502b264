/// Something that is said of one cell.
package protocol OfCell {
  var cell: Cell { get }
}

extension PublishedCell: OfCell {}
extension SettledCell: OfCell {}

/// All that was ever said of cells, in the order in which it was: it can only be added to.
///
/// The newest of a cell is found at once, for a page of thousands of cells as for one.
package struct CellHistory<Element: OfCell & Hashable & Sendable & Codable>: Hashable, Sendable {
  private var elements: [Element] = []
  private var newest: [Cell: Int] = [:]

  package init() {}

  init(_ elements: [Element]) {
    for element in elements { append(element) }
  }

  mutating func append(_ element: Element) {
    newest[element.cell] = elements.count
    elements.append(element)
  }

  /// The newest of a cell; `nil` if nothing was ever said of it.
  package subscript(_ cell: Cell) -> Element? { newest[cell].map { elements[$0] } }

  /// Those of which anything was said, each once.
  package var cells: Dictionary<Cell, Int>.Keys { newest.keys }

  package static func == (a: Self, b: Self) -> Bool { a.elements == b.elements }
  package func hash(into hasher: inout Hasher) { hasher.combine(elements) }
}

extension CellHistory: RandomAccessCollection {
  package var startIndex: Int { elements.startIndex }
  package var endIndex: Int { elements.endIndex }
  package subscript(_ index: Int) -> Element { elements[index] }
}

/// As the list alone, which is all that there is to know.
extension CellHistory: Codable {
  package init(from decoder: any Decoder) throws { self.init(try [Element](from: decoder)) }
  package func encode(to encoder: any Encoder) throws { try elements.encode(to: encoder) }
}
