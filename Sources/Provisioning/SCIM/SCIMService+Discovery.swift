extension SCIMService {
  /// What is not changed, and has no filter (RFC 7644, section 4).
  func discovery(_ call: SCIMCall, _ value: SCIMValue) throws -> SCIMResponse {
    try call.allow("GET")
    if call.query.lowercased().split(separator: "&").contains(where: { $0.hasPrefix("filter=") }) {
      throw SCIMError(.forbidden, nil, "There is no filter here.")
    }
    return SCIMResponse(200, value)
  }

  func discovery(_ call: SCIMCall, _ values: [SCIMValue], _ id: String?) throws -> SCIMResponse {
    if let id {
      try call.allow("GET")
      guard let value = values.first(where: { $0.member("id")?.string?.lowercased() == id.lowercased() })
      else {
        throw Self.nothing
      }
      return try discovery(call, value)
    }
    let count = SCIMValue.integer(Int64(values.count))
    return try discovery(
      call,
      [
        "schemas": [.string(Self.listSchema)], "totalResults": count, "startIndex": 1, "itemsPerPage": count,
        "Resources": .array(values),
      ])
  }

  var serviceProviderConfig: SCIMValue {
    [
      "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
      "patch": ["supported": true],
      "bulk": [
        "supported": true, "maxOperations": .integer(Int64(Self.mostOperations)),
        "maxPayloadSize": .integer(Int64(Self.longestBody)),
      ],
      "filter": ["supported": true, "maxResults": .integer(Int64(SCIMQuery.mostResults))],
      "changePassword": ["supported": false], "sort": ["supported": true], "etag": ["supported": true],
      "authenticationSchemes": [
        [
          "type": "oauthbearertoken", "name": "API token",
          "description": "An API token of Assay’s with the scope for provisioning, as a bearer token.",
          "specUri": "https://www.rfc-editor.org/info/rfc6750", "primary": true,
        ]
      ],
      "meta": meta("ServiceProviderConfig", "/ServiceProviderConfig"),
    ]
  }

  var resourceTypes: [SCIMValue] {
    SCIMResourceType.allCases.map { type in
      let schema = SCIMResourceSchema.of(type)
      var members: [String: SCIMValue] = [
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": .string(type.rawValue),
        "name": .string(type.rawValue), "description": .string(schema.core.text),
        "endpoint": .string(type.endpoint), "schema": .string(schema.core.id),
        "meta": meta("ResourceType", "/ResourceTypes/" + type.rawValue),
      ]
      if !schema.extensions.isEmpty {
        members["schemaExtensions"] = .array(
          schema.extensions.map { ["schema": .string($0.id), "required": false] })
      }
      return .object(members)
    }
  }

  var schemas: [SCIMValue] {
    let all = SCIMResourceType.allCases.map { SCIMResourceSchema.of($0) }
    return all.flatMap { [$0.core] + $0.extensions }.map { schema in
      [
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": .string(schema.id),
        "name": .string(schema.name), "description": .string(schema.text),
        "attributes": .array(schema.attributes.map(\.value)), "meta": meta("Schema", "/Schemas/" + schema.id),
      ]
    }
  }

  private func meta(_ type: String, _ path: String) -> SCIMValue {
    ["resourceType": .string(type), "location": .string(resources.base + path)]
  }
}
