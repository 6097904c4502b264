// The schemas of what is kept here: of RFC 7643's, only the attributes that Assay has a use for. What says where
// people live, what they look like or how they sign in is not taken.

extension SCIMResourceSchema {
  static let user = SCIMResourceSchema(
    type: .user,
    core: SCIMSchema(
      id: "urn:ietf:params:scim:schemas:core:2.0:User", name: "User", text: "A person.",
      attributes: [
        SCIMAttribute(
          "userName", "By which the directory service knows the person.", required: true, uniqueness: "server"
        ),
        SCIMAttribute(
          "name", .complex, "The parts of the name.",
          sub: [
            SCIMAttribute("formatted", "The whole name."), SCIMAttribute("familyName", "The family name."),
            SCIMAttribute("givenName", "The given name."), SCIMAttribute("middleName", "The middle names."),
            SCIMAttribute("honorificPrefix", "What stands before the name."),
            SCIMAttribute("honorificSuffix", "What stands after the name."),
          ]),
        SCIMAttribute("displayName", "The name that pages show."),
        SCIMAttribute("nickName", "What the person is called."),
        SCIMAttribute("title", "The title."),
        SCIMAttribute("userType", "What the person is to the organisation."),
        SCIMAttribute("preferredLanguage", "The preferred language."), SCIMAttribute("locale", "The locale."),
        SCIMAttribute("timezone", "The time zone."),
        SCIMAttribute("active", .boolean, "Whether the person is here; one who is not has ended."),
        SCIMAttribute(
          "emails", .complex, "Addresses, by which the person's use is found.", multi: true,
          sub: [
            SCIMAttribute("value", "The address."), SCIMAttribute("display", "How it is shown."),
            SCIMAttribute("type", "What it is for.", canonical: ["work", "home", "other"]),
            SCIMAttribute("primary", .boolean, "Whether it is the one to use."),
          ]),
        SCIMAttribute(
          "groups", .complex, "The groups that name the person directly.", multi: true, .readOnly,
          sub: [
            SCIMAttribute("value", "The group's identifier.", exact: true, .readOnly),
            SCIMAttribute(
              "$ref", .reference, "The group's address.", exact: true, .readOnly, references: ["Group"]),
            SCIMAttribute("display", "The group's name.", .readOnly),
            SCIMAttribute("type", "How the person is in it.", .readOnly, canonical: ["direct"]),
          ]),
      ]),
    extensions: [
      SCIMSchema(
        id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", name: "EnterpriseUser",
        text: "A person's place in the organisation.",
        attributes: [
          SCIMAttribute("employeeNumber", "The number of the employee."),
          SCIMAttribute("costCenter", "What the person's costs are charged to."),
          SCIMAttribute("organization", "The organisation."), SCIMAttribute("division", "The division."),
          SCIMAttribute("department", "The department."),
          SCIMAttribute(
            "manager", .complex, "Whom the person reports to.",
            sub: [
              SCIMAttribute("value", "The manager's identifier.", exact: true),
              SCIMAttribute("$ref", .reference, "The manager's address.", exact: true, references: ["User"]),
            ]),
        ])
    ],
    dropped: [
      "password", "profileurl", "phonenumbers", "ims", "photos", "addresses", "entitlements", "roles",
      "x509certificates",
    ])

  static let group = SCIMResourceSchema(
    type: .group,
    core: SCIMSchema(
      id: "urn:ietf:params:scim:schemas:core:2.0:Group", name: "Group", text: "A group.",
      attributes: [
        SCIMAttribute(
          "displayName", "The name; a team is named so too.", required: true, uniqueness: "server"),
        SCIMAttribute(
          "members", .complex, "People, and other groups.", multi: true,
          sub: [
            SCIMAttribute("value", "The member's identifier.", exact: true, .immutable),
            SCIMAttribute(
              "$ref", .reference, "The member's address.", exact: true, .immutable,
              references: ["User", "Group"]),
            SCIMAttribute("type", "What the member is.", .immutable, canonical: ["User", "Group"]),
          ]),
      ]),
    extensions: [], dropped: [])
}
