extension SCIMService {
  static let mostOperations = 1_000
  private static let bulkSchema = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

  /// Many requests in one (RFC 7644, section 3.7): each is done for itself, in the order given, but for those that
  /// name a resource which a later one makes; these wait for it. Resources that name each other in a circle cannot
  /// be made in one request: that is refused, and to be done by a second.
  func bulk(_ call: SCIMCall) throws -> SCIMResponse {
    let body = try call.object
    guard let operations = body.member("Operations")?.array else {
      throw SCIMError(.badRequest, .invalidSyntax, "The body has no list “Operations”.")
    }
    guard operations.count <= Self.mostOperations else {
      throw SCIMError(.contentTooLarge, .tooMany, "There are more than \(Self.mostOperations) operations.")
    }
    let mostErrors = body.member("failOnErrors")?.integer ?? .max
    var answers: [(place: Int, answer: SCIMValue)] = []
    var made: [String: String] = [:]
    var errors: Int64 = 0
    var waiting = Array(operations.enumerated())
    while !waiting.isEmpty && errors < max(1, mostErrors) {
      var later: [(offset: Int, element: SCIMValue)] = []
      for (place, operation) in waiting {
        guard errors < max(1, mostErrors) else { break }
        guard Self.resolved(operation.member("data") ?? .null, made) != nil,
          Self.resolved(.string(operation.member("path")?.string ?? ""), made) != nil
        else {
          later.append((place, operation))
          continue
        }
        let (answer, id) = perform(operation, made, call)
        if let id, let bulkID = operation.member("bulkId")?.string { made[bulkID] = id }
        if answer.member("response") != nil { errors += 1 }
        answers.append((place, answer))
      }
      guard later.count < waiting.count else {
        for (place, operation) in later where errors < max(1, mostErrors) {
          let error = SCIMError(
            .conflict, .invalidValue, "A bulkId that it names is not there, or waits for this one.")
          answers.append((place, Self.answer(operation, error.response)))
          errors += 1
        }
        break
      }
      waiting = later
    }
    answers.sort { $0.place < $1.place }
    return SCIMResponse(
      200, ["schemas": [.string(Self.bulkSchema)], "Operations": .array(answers.map(\.answer))])
  }

  private func perform(
    _ operation: SCIMValue, _ made: [String: String], _ call: SCIMCall
  ) -> (answer: SCIMValue, id: String?) {
    var id: String?
    let response = respond {
      let method = operation.member("method")?.string?.uppercased() ?? ""
      guard ["POST", "PUT", "PATCH", "DELETE"].contains(method) else {
        throw SCIMError(
          .badRequest, .invalidSyntax, "An operation has none of the methods that change something.")
      }
      let path = Self.resolved(.string(operation.member("path")?.string ?? ""), made)?.string ?? ""
      let segments = path.split(separator: "/").map(String.init)
      guard let first = segments.first, ["Users", "Groups"].contains(first), segments.count <= 2,
        segments.last != ".search"
      else { throw SCIMError(.badRequest, .invalidPath, "An operation is for no resource.") }
      if method == "POST", operation.member("bulkId")?.string?.isEmpty ?? true {
        throw SCIMError(.badRequest, .invalidSyntax, "An operation that makes something has no bulkId.")
      }
      return try route(
        SCIMCall(
          method: method, segments: segments, ifMatch: operation.member("version")?.string,
          body: operation.member("data").flatMap { Self.resolved($0, made) }, now: call.now))
    }
    if response.status == 201 { id = response.value?.member("id")?.string }
    return (Self.answer(operation, response), id)
  }

  private static func answer(_ operation: SCIMValue, _ response: SCIMResponse) -> SCIMValue {
    var members: [String: SCIMValue] = ["status": .string(String(response.status))]
    for name in ["method", "bulkId"] { members[name] = operation.member(name) }
    if response.status >= 400 {
      members["response"] = response.value
    } else {
      members["location"] =
        response.header("Location").map { .string($0) }
        ?? response.header("Content-Location").map { .string($0) }
      members["version"] = response.header("ETag").map { .string($0) }
    }
    return .object(members)
  }

  /// With the identifiers of what was made in place of `bulkId:…`; `nil` if one is not there yet.
  private static func resolved(_ value: SCIMValue, _ made: [String: String]) -> SCIMValue? {
    switch value {
    case .string(let text):
      guard let range = text.firstRange(of: "bulkId:"),
        range.lowerBound == text.startIndex || text[text.index(before: range.lowerBound)] == "/"
      else { return value }
      guard let id = made[String(text[range.upperBound...])] else { return nil }
      return .string(text[..<range.lowerBound] + id)
    case .array(let items):
      var resolvedItems: [SCIMValue] = []
      for item in items {
        guard let item = resolved(item, made) else { return nil }
        resolvedItems.append(item)
      }
      return .array(resolvedItems)
    case .object(let members):
      var resolvedMembers: [String: SCIMValue] = [:]
      for (name, value) in members {
        guard let value = resolved(value, made) else { return nil }
        resolvedMembers[name] = value
      }
      return .object(resolvedMembers)
    default: return value
    }
  }
}
