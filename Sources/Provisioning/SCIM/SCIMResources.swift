import Crypto
import Directory
import Foundation
import Ledger

/// Users and groups as SCIM shows them, and back.
struct SCIMResources {
  /// The service's address, without a slash at its end.
  let base: String

  func location(_ type: SCIMResourceType, _ id: String) -> String { base + type.endpoint + "/" + id }

  // MARK: Showing

  func value(_ user: ProvisionedUser) -> [String: SCIMValue] {
    var resource = Self.value(user.draft)
    var schemas = [SCIMResourceSchema.user.core.id]
    let place = SCIMResourceSchema.user.extensions[0].id
    if var members = resource[place]?.object {
      schemas.append(place)
      if let manager = user.managerID, var line = members["manager"]?.object {
        line["$ref"] = .string(location(.user, manager))
        members["manager"] = .object(line)
        resource[place] = .object(members)
      }
    }
    if !user.groups.isEmpty {
      resource["groups"] = .array(
        user.groups.map {
          [
            "value": .string($0.id), "$ref": .string(location(.group, $0.id)), "display": .string($0.name),
            "type": "direct",
          ]
        })
    }
    return finished(resource, .user, user.id, schemas, user.created, user.modified)
  }

  func value(_ group: ProvisionedGroup) -> [String: SCIMValue] {
    var resource = Self.value(group.draft)
    if !group.draft.members.isEmpty {
      resource["members"] = .array(
        group.draft.members.map {
          let type: SCIMResourceType = $0.kind == .user ? .user : .group
          return [
            "value": .string($0.id), "$ref": .string(location(type, $0.id)),
            "type": .string($0.kind.rawValue),
          ]
        })
    }
    return finished(
      resource, .group, group.id, [SCIMResourceSchema.group.core.id], group.created, group.modified)
  }

  private func finished(
    _ resource: [String: SCIMValue], _ type: SCIMResourceType, _ id: String, _ schemas: [String],
    _ created: Instant, _ modified: Instant
  ) -> [String: SCIMValue] {
    var resource = resource
    resource["id"] = .string(id)
    resource["schemas"] = .array(schemas.map { .string($0) })
    var meta: [String: SCIMValue] = [
      "resourceType": .string(type.rawValue), "location": .string(location(type, id)),
      "created": .string(SCIMDate.text(milliseconds: created.milliseconds)),
      "lastModified": .string(SCIMDate.text(milliseconds: modified.milliseconds)),
    ]
    resource["meta"] = .object(meta)
    // Of all that is shown, so that whatever changes it changes the version, be it the name of a group.
    let digest = SHA256.hash(data: SCIMValue.object(resource).json).prefix(12)
    meta["version"] = .string(
      "W/\"" + digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\"")
    resource["meta"] = .object(meta)
    return resource
  }

  /// What a client may change, as the schema has it.
  static func value(_ draft: UserDraft) -> [String: SCIMValue] {
    let profile = (try? JSONEncoder().encode(draft.profile)).flatMap {
      try? JSONDecoder().decode(SCIMValue.self, from: $0)
    }
    var core = profile?.object ?? [:]
    var place: [String: SCIMValue] = [:]
    let enterprise = SCIMResourceSchema.user.extensions[0]
    for attribute in enterprise.attributes {
      place[attribute.name] = core.removeValue(forKey: attribute.name)
    }
    if let manager = draft.manager { place["manager"] = ["value": .string(manager)] }
    if !place.isEmpty { core[enterprise.id] = .object(place) }
    core["userName"] = .string(draft.userName)
    core["externalId"] = draft.externalID.map { .string($0) }
    if draft.saysActive { core["active"] = .bool(draft.isActive) }
    return core
  }

  static func value(_ draft: GroupDraft) -> [String: SCIMValue] {
    var resource: [String: SCIMValue] = ["displayName": .string(draft.name)]
    resource["externalId"] = draft.externalID.map { .string($0) }
    if !draft.members.isEmpty {
      resource["members"] = .array(
        draft.members.map { ["value": .string($0.id), "type": .string($0.kind.rawValue)] })
    }
    return resource
  }

  // MARK: Reading

  /// - Parameter current: What is there; who is not said to be active or not stays as they are.
  static func user(_ resource: [String: SCIMValue], current: UserDraft?, isPatched: Bool = false)
    throws(SCIMError) -> UserDraft
  {
    guard let userName = resource["userName"]?.string, !userName.isEmpty else {
      throw SCIMError(.badRequest, .invalidValue, "The attribute userName is required.")
    }
    let place = resource[SCIMResourceSchema.user.extensions[0].id]?.object ?? [:]
    var flat = resource.filter { SCIMResourceSchema.user.core.attribute($0.key) != nil }.merging(place) {
      first, _ in first
    }
    for name in ["userName", "active", "manager", "groups"] { flat[name] = nil }
    guard let profile = try? JSONDecoder().decode(PersonProfile.self, from: SCIMValue.object(flat).json)
    else {
      throw SCIMError(.badRequest, .invalidValue, "A value is not of the type that the schema gives it.")
    }
    let manager =
      place["manager"]?.member("value")?.string
      ?? place["manager"]?.member("$ref")?.string.flatMap(identifier)
    var draft = UserDraft(
      userName: userName, externalID: resource["externalId"]?.string,
      isActive: resource["active"]?.bool ?? current?.isActive ?? true, profile: profile, manager: manager)
    draft.saysActive = resource["active"] != nil || !isPatched
    return draft
  }

  static func group(_ resource: [String: SCIMValue]) throws(SCIMError) -> GroupDraft {
    guard let name = resource["displayName"]?.string, !name.isEmpty else {
      throw SCIMError(.badRequest, .invalidValue, "The attribute displayName is required.")
    }
    var seen: Set<String> = []
    var members: [GroupMember] = []
    for member in resource["members"]?.array ?? [] {
      let id = member.member("value")?.string ?? member.member("$ref")?.string.flatMap(identifier)
      guard let id, !id.isEmpty else {
        throw SCIMError(.badRequest, .invalidValue, "A member has no value.")
      }
      guard seen.insert(id.lowercased()).inserted else { continue }
      let isGroup = member.member("type")?.string?.lowercased() == "group"
      members.append(GroupMember(isGroup ? .group : .user, id.lowercased()))
    }
    return GroupDraft(name: name, externalID: resource["externalId"]?.string, members: members)
  }

  private static func identifier(_ address: String) -> String? {
    address.split(separator: "/").last.map(String.init)
  }
}
