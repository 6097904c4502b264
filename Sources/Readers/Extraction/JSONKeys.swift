import JSONScan

/// The keys that are looked for in one kind of object, as the cases of an enum whose raw values they are.
struct JSONKeys<Key: CaseIterable & RawRepresentable<String> & Sendable>: Sendable {
  let table: JSONKeyTable
  let cases: [Key]

  init(_ type: Key.Type = Key.self) {
    cases = Array(Key.allCases)
    table = JSONKeyTable(cases.map(\.rawValue))
  }
}

extension JSONCursor {
  /// The next of `keys` in the object entered, with the cursor at its value; `nil` behind the object.
  @inline(__always)
  mutating func next<Key>(_ keys: JSONKeys<Key>) throws(JSONScanError) -> Key? {
    guard let index = try nextKey(in: keys.table) else { return nil }
    return keys.cases[index]
  }
}
