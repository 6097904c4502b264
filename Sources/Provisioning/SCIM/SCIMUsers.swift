import ControlSQLite
import Directory

/// `/Users`.
struct SCIMUsers {
  let service: SCIMService
  private var schema: SCIMResourceSchema { .user }

  func respond(_ call: SCIMCall, _ path: [String]) throws -> SCIMResponse {
    guard let id = path.first else {
      try call.allow("GET", "POST")
      guard call.method == "POST" else { return try service.list(call, SCIMQuery(call.query), [.user]) }
      let projection = try SCIMProjection(SCIMQuery(call.query), schema)
      let draft = try SCIMResources.user(schema.coerced(call.object), current: nil)
      let user = try service.store.createUser(draft, at: call.now)
      return SCIMResponse(201, service.resources.value(user), projection)
    }
    guard path.count == 1 else { throw SCIMService.nothing }
    if id == ".search" {
      try call.allow("POST")
      return try service.list(call, SCIMQuery(search: call.object), [.user])
    }
    try call.allow("GET", "PUT", "PATCH", "DELETE")
    let projection = try SCIMProjection(SCIMQuery(call.query), schema)
    switch call.method {
    case "PUT":
      let new = try schema.coerced(call.object)
      return try change(call, id, projection) { user throws(SCIMError) in
        try SCIMResources.user(new, current: user.draft)
      }
    case "PATCH":
      let request = try call.object
      return try change(call, id, projection) { user throws(SCIMError) in
        // With the parts that only a filter may name.
        var patch = SCIMPatch(SCIMResources.value(user.draft), schema)
        try patch.apply(request)
        return try SCIMResources.user(patch.resource, current: user.draft, isPatched: true)
      }
    case "DELETE":
      try service.store.deleteUser(id, at: call.now) { try call.checkMatch(service.resources.value($0)) }
      return SCIMResponse(204)
    default:
      let resource = try service.resources.value(service.store.user(id))
      try call.checkNoneMatch(resource)
      return SCIMResponse(200, resource, projection)
    }
  }

  private func change(
    _ call: SCIMCall, _ id: String, _ projection: SCIMProjection,
    _ body: (ProvisionedUser) throws -> UserDraft
  ) throws -> SCIMResponse {
    let user = try service.store.changeUser(id, at: call.now) { user in
      try call.checkMatch(service.resources.value(user))
      return try body(user)
    }
    return SCIMResponse(200, service.resources.value(user), projection)
  }
}

/// `/Groups`.
struct SCIMGroups {
  let service: SCIMService
  private var schema: SCIMResourceSchema { .group }

  func respond(_ call: SCIMCall, _ path: [String]) throws -> SCIMResponse {
    guard let id = path.first else {
      try call.allow("GET", "POST")
      guard call.method == "POST" else { return try service.list(call, SCIMQuery(call.query), [.group]) }
      let projection = try SCIMProjection(SCIMQuery(call.query), schema)
      let draft = try SCIMResources.group(schema.coerced(call.object))
      let group = try service.store.createGroup(draft, at: call.now)
      return SCIMResponse(201, service.resources.value(group), projection)
    }
    guard path.count == 1 else { throw SCIMService.nothing }
    if id == ".search" {
      try call.allow("POST")
      return try service.list(call, SCIMQuery(search: call.object), [.group])
    }
    try call.allow("GET", "PUT", "PATCH", "DELETE")
    let projection = try SCIMProjection(SCIMQuery(call.query), schema)
    switch call.method {
    case "PUT":
      let new = try schema.coerced(call.object)
      return try change(call, id, projection) { _ throws(SCIMError) in try SCIMResources.group(new) }
    case "PATCH":
      let request = try call.object
      return try change(call, id, projection) { group throws(SCIMError) in
        var patch = SCIMPatch(SCIMResources.value(group.draft), schema)
        try patch.apply(request)
        return try SCIMResources.group(patch.resource)
      }
    case "DELETE":
      try service.store.deleteGroup(id, at: call.now) { try call.checkMatch(service.resources.value($0)) }
      return SCIMResponse(204)
    default:
      let resource = try service.resources.value(service.store.group(id))
      try call.checkNoneMatch(resource)
      return SCIMResponse(200, resource, projection)
    }
  }

  private func change(
    _ call: SCIMCall, _ id: String, _ projection: SCIMProjection,
    _ body: (ProvisionedGroup) throws -> GroupDraft
  ) throws -> SCIMResponse {
    let group = try service.store.changeGroup(id, at: call.now) { group in
      try call.checkMatch(service.resources.value(group))
      return try body(group)
    }
    return SCIMResponse(200, service.resources.value(group), projection)
  }
}
