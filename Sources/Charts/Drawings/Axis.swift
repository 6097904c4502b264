/// The name of a step under the axis.
package struct AxisName: Hashable, Sendable {
  package var short: String
  /// With the year, where it has to be said which.
  package var long: String
  package var year: Int

  package init(_ short: String, long: String? = nil, year: Int = 0) {
    self.short = short
    self.long = long ?? short
    self.year = year
  }
}

/// The names of steps under an axis, as many as there is room for.
struct AxisNames {
  let names: [AxisName?]
  let left: Double
  let right: Double
  let y: Double

  init(_ names: [AxisName?], from left: Double, to right: Double, y: Double) {
    self.names = names
    self.left = left
    self.right = right
    self.y = y
  }

  var svg: String {
    let step = (right - left) / Double(Swift.max(1, names.count))
    var text = ""
    var free = left - 30
    let years = Set(names.compactMap { $0?.year })
    var named: Int?
    for (index, name) in names.enumerated() {
      let x = left + step * (Double(index) + 0.5)
      guard let name, x >= free, x < right - 14 else { continue }
      // Where the series crosses a year, the first name of each says which.
      let isNewYear = years.count > 1 && name.year != named
      named = name.year
      let label = isNewYear ? name.long : name.short
      text +=
        "<text class=\"q\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" text-anchor=\"middle\">"
        + "\(Markup.escape(label))</text>\n"
      free = x + (label.count > 6 ? 84 : 58)
    }
    return text
  }
}

/// Round numbers at an axis.
package enum AxisTicks {
  /// Zero and up to four round numbers, the last at or above the largest value.
  package static func whole(upTo largest: Int64) -> [Int64] {
    guard largest > 0 else { return [0] }
    var step: Int64 = 1
    let factors: [Int64] = [1, 2, 5]
    var magnitude: Int64 = 1
    search: while magnitude <= Int64.max / 100 {
      for factor in factors {
        step = magnitude * factor
        if largest / step < 4 { break search }
      }
      magnitude *= 10
    }
    let count = largest / step + (largest % step == 0 ? 0 : 1)
    return (0...Swift.max(1, Swift.min(count, 5))).map { step &* $0 }
  }
}
