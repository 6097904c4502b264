import ControlSQLite
import Directory

extension SCIMService {
  static let listSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

  /// A page of what a query asks for, of one type or several.
  func list(_ call: SCIMCall, _ query: SCIMQuery, _ types: [SCIMResourceType]) throws -> SCIMResponse {
    let projections = try types.map { try SCIMProjection(query, .of($0)) }
    var found: [(value: [String: SCIMValue], place: Int)] = []
    var total = 0
    // A page of all there is is read as such.
    let isPlain = types.count == 1 && query.filter == nil && query.sortBy == nil
    let (offset, limit) = isPlain ? (query.startIndex - 1, query.count) : (0, .max)
    for (place, type) in types.enumerated() {
      let (values, count) = try read(type, query, projections[place], offset, limit)
      total += count
      found += values.map { ($0, place) }
    }
    if !isPlain {
      if let filter = query.filter {
        found = try found.filter { try filter.matches(.object($0.value), .resource(.of(types[$0.place]))) }
      }
      if let sortBy = query.sortBy { found = sorted(found, by: sortBy, types, query.isDescending) }
      total = found.count
      found = Array(found.dropFirst(query.startIndex - 1).prefix(query.count))
    }
    return SCIMResponse(
      200,
      [
        "schemas": [.string(Self.listSchema)], "totalResults": .integer(Int64(total)),
        "startIndex": .integer(Int64(query.startIndex)), "itemsPerPage": .integer(Int64(found.count)),
        "Resources": .array(found.map { projections[$0.place]($0.value) }),
      ])
  }

  /// What may be meant, by an index where there is one.
  private func read(
    _ type: SCIMResourceType, _ query: SCIMQuery, _ projection: SCIMProjection, _ offset: Int, _ limit: Int
  ) throws -> (values: [[String: SCIMValue]], total: Int) {
    let equality = query.equality
    switch type {
    case .user:
      if equality?.name == "id" {
        return try Self.one { resources.value(try store.user(equality?.value ?? "")) }
      }
      let selection: ControlStore.UserSelection =
        switch equality {
        case ("username", let value)?: .userName(value)
        case ("externalid", let value)?: .externalID(value)
        default: .all
        }
      let (users, total) = try store.users(selection, offset: offset, limit: limit)
      return (users.map { resources.value($0) }, total)
    case .group:
      if equality?.name == "id" {
        return try Self.one { resources.value(try store.group(equality?.value ?? "")) }
      }
      let selection: ControlStore.GroupSelection =
        switch equality {
        case ("displayname", let value)?: .name(value)
        case ("externalid", let value)?: .externalID(value)
        default: .all
        }
      // A filter or an order may name members that are not to be shown.
      let isMembers =
        projection.wantsMembers || equality == nil && (query.filter != nil || query.sortBy != nil)
      let (groups, total) = try store.groups(selection, offset: offset, limit: limit, members: isMembers)
      return (groups.map { resources.value($0) }, total)
    }
  }

  private static func one(
    _ resource: () throws -> [String: SCIMValue]
  ) throws -> (values: [[String: SCIMValue]], total: Int) {
    do {
      return ([try resource()], 1)
    } catch is ProvisioningError {
      return ([], 0)
    }
  }

  /// Those without a value last, whatever the direction would say of none; equal ones as they were.
  private func sorted(
    _ found: [(value: [String: SCIMValue], place: Int)], by path: SCIMAttributePath,
    _ types: [SCIMResourceType],
    _ isDescending: Bool
  ) -> [(value: [String: SCIMValue], place: Int)] {
    let keys = found.map { item -> String? in
      let schema = SCIMResourceSchema.of(types[item.place])
      var (values, attribute) = SCIMScope.resource(schema).values(path, in: .object(item.value))
      if let complex = attribute, complex.kind == .complex {
        let primary = values.first { $0.member("primary") == true } ?? values.first
        values = [primary?.member("value")].compactMap { $0 }
        attribute = complex.sub("value")
      }
      guard let attribute else { return nil }
      switch values.first {
      case .string(let text): return attribute.isCaseExact ? text : DirectoryText.folded(text)
      case .bool(let bool): return bool ? "1" : "0"
      default: return nil
      }
    }
    return found.indices.sorted { a, b in
      switch (keys[a], keys[b]) {
      case (let left?, let right?) where left != right: isDescending ? left > right : left < right
      case (.some, nil): true
      case (nil, .some): false
      default: a < b
      }
    }.map { found[$0] }
  }
}
