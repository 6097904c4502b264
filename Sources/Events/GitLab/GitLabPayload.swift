// GitLab's payloads as far as they are read (docs.gitlab.com/user/project/integrations/webhook_events).

struct GitLabProject: Decodable {
  var web_url: String?
  var git_http_url: String?
  var default_branch: String?
}

struct GitLabUser: Decodable {
  var username: String?
  var email: String?
}

struct GitLabLabel: Decodable {
  var title: String?
}

struct GitLabPush: Decodable {
  struct Author: Decodable {
    var email: String?
  }

  struct Commit: Decodable {
    var id: String
    var message: String?
    var timestamp: String?
    var author: Author?
  }

  var ref: String
  var before: String
  var after: String
  var user_username: String?
  var user_email: String?
  var project: GitLabProject
  var commits: [Commit]?
  var total_commits_count: Int64?
}

struct GitLabMergeRequest: Decodable {
  struct Commit: Decodable {
    var id: String?
  }

  struct Attributes: Decodable {
    var iid: Int64
    var state: String?
    var action: String?
    var title: String?
    var description: String?
    var url: String?
    var source_branch: String?
    var target_branch: String?
    var created_at: String?
    var updated_at: String?
    var merged_at: String?
    var closed_at: String?
    var merge_commit_sha: String?
    var squash_commit_sha: String?
    var last_commit: Commit?
    var author_id: Int64?
  }

  struct Actor: Decodable {
    var id: Int64?
    var username: String?
    var email: String?
  }

  var user: Actor?
  var project: GitLabProject
  var object_attributes: Attributes
}

struct GitLabDeployment: Decodable {
  var status: String
  var status_changed_at: String?
  var deployment_id: Int64
  var environment: String?
  var environment_tier: String?
  var project: GitLabProject
  /// The short hash is all that stands beside it.
  var commit_url: String?
  var user: GitLabUser?
}

struct GitLabIssue: Decodable {
  struct Attributes: Decodable {
    var iid: Int64
    var type: String?
    var state: String?
    var title: String?
    var description: String?
    var url: String?
    var created_at: String?
    var updated_at: String?
    var closed_at: String?
  }

  struct Change: Decodable {
    var previous: [GitLabLabel]?
  }

  struct Changes: Decodable {
    var labels: Change?
  }

  var user: GitLabUser?
  var project: GitLabProject
  var object_attributes: Attributes
  var labels: [GitLabLabel]?
  var changes: Changes?
}
