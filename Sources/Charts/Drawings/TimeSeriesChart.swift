/// Lines along time: at most four, each named at its end, with their intervals as bands, the lines that are aimed for, and
/// the days on which something was decided. What is missing or not shown is a gap.
package struct TimeSeriesChart: Chart {
  package struct Step: Hashable, Sendable {
    package var label: String
    /// `nil` for a step that is not named under the axis.
    package var axis: AxisName?

    package init(_ label: String, axis: AxisName?) {
      self.label = label
      self.axis = axis
    }
  }

  package struct Line: Hashable, Sendable {
    package var name: String
    /// One for each step; those with intervals are drawn with bands.
    package var values: [DataValue]

    package init(_ name: String, _ values: [DataValue]) {
      self.name = name
      self.values = values
    }
  }

  /// A height that is aimed for, or compared with.
  package struct Target: Hashable, Sendable {
    package var label: String
    package var value: DataValue
    /// The step that it holds from.
    package var from: Int

    package init(_ label: String, _ value: DataValue, from: Int = 0) {
      self.label = label
      self.value = value
      self.from = from
    }
  }

  /// Something that happened at the beginning of a step.
  package struct Mark: Hashable, Sendable {
    package var label: String
    package var step: Int

    package init(_ label: String, at step: Int) {
      self.label = label
      self.step = step
    }
  }

  package var id: String
  package var title: String
  package var note: String
  package var empty: String
  /// What a step is: “Week”.
  package var heading: String
  /// What the values are, and in which unit.
  package var kind: DataColumn.Kind
  package var steps: [Step]
  package var lines: [Line]
  package var targets: [Target]
  package var marks: [Mark]

  /// What a drawing can hold apart.
  package static let mostLines = 4

  /// - Parameter lines: Those beyond the fourth are left out of the drawing, and said to be; they are in the table.
  package init(
    id: String, title: String, note: String = "", heading: String, kind: DataColumn.Kind, steps: [Step],
    lines: [Line], targets: [Target] = [], marks: [Mark] = [],
    empty: String = "There is nothing to draw yet."
  ) {
    self.id = id
    self.title = title
    self.note =
      lines.count > Self.mostLines
      ? "\(note) Drawn are the first \(Self.mostLines) of \(lines.count); all are in the table." : note
    self.empty = empty
    self.heading = heading
    self.kind = kind
    self.steps = steps
    self.lines = lines
    self.targets = targets
    self.marks = marks
  }

  package var isEmpty: Bool { steps.isEmpty || lines.allSatisfy { $0.values.allSatisfy { $0 == .missing } } }

  var drawn: [Line] { Array(lines.prefix(Self.mostLines)) }

  // MARK: In figures

  package var table: DataTable {
    var columns = [DataColumn(heading)]
    for line in lines {
      columns.append(DataColumn(line.name, kind, hasIntervals: line.values.contains { $0.bounds != nil }))
    }
    for target in targets { columns.append(DataColumn(target.label, kind)) }
    if !marks.isEmpty { columns.append(DataColumn("What happened")) }
    let rows = steps.enumerated().map { index, step in
      var row = [DataValue.text(step.label)]
      row += lines.map { $0.values.indices.contains(index) ? $0.values[index] : .missing }
      row += targets.map { index >= $0.from ? $0.value : .missing }
      if !marks.isEmpty {
        let here = marks.filter { $0.step == index }.map(\.label)
        row.append(here.isEmpty ? .missing : .text(here.joined(separator: "; ")))
      }
      return row
    }
    return DataTable(id: id, caption: "", columns: columns, rows: rows, empty: empty)
  }

  package var description: String {
    let parts = lines.map { line in
      let known = line.values.enumerated().filter { $0.element.magnitude != nil }
      guard let first = known.first, let last = known.last else {
        return "\(line.name): nothing that can be shown."
      }
      let gaps = Swift.min(line.values.count, steps.count) - known.count
      let gone = gaps == 0 ? "" : ", with \(Figures.counted(gaps, "gap"))"
      return
        "\(line.name): from \(read(first.element)) (\(label(first.offset))) to \(read(last.element)) (\(label(last.offset)))\(gone)."
    }
    let aims = targets.map { "\($0.label): \(read($0.value))." }
    let events = marks.map { "\($0.label): \(label($0.step))." }
    return (parts + aims + events).joined(separator: " ")
  }

  private func label(_ step: Int) -> String { steps.indices.contains(step) ? steps[step].label : "" }

  func read(_ value: DataValue) -> String { ColumnText(DataColumn("", kind), of: [value]).text(value) }

  // MARK: Drawn

  package func drawings() -> String {
    DrawingWidth.allCases.map { TimeSeriesDrawing(chart: self, width: $0).svg }.joined()
  }
}
