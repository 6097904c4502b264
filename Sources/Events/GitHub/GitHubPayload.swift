// GitHub's payloads as far as they are read (docs.github.com/webhooks/webhook-events-and-payloads).

struct GitHubRepository: Decodable {
  var html_url: String
  var clone_url: String?
  var default_branch: String?
  /// Seconds since 1970 in a push, a text elsewhere.
  var pushed_at: Lenient<Int64>?
}

struct GitHubUser: Decodable {
  var login: String?
}

struct GitHubPush: Decodable {
  struct Person: Decodable {
    var email: String?
    var username: String?
  }

  struct Commit: Decodable {
    var id: String
    var message: String?
    var timestamp: String?
    var author: Person?
  }

  struct Pusher: Decodable {
    var email: String?
  }

  var ref: String
  var before: String
  var after: String
  var deleted: Bool?
  var repository: GitHubRepository
  var commits: [Commit]?
  var head_commit: Commit?
  var pusher: Pusher?
  var sender: GitHubUser?
}

struct GitHubPullRequest: Decodable {
  struct End: Decodable {
    var ref: String?
    var sha: String?
  }

  var number: Int64
  var html_url: String?
  var state: String?
  var title: String?
  var body: String?
  var user: GitHubUser?
  var created_at: String?
  var updated_at: String?
  var closed_at: String?
  var merged_at: String?
  var merge_commit_sha: String?
  var head: End?
  var base: End?
}

struct GitHubPullRequestEvent: Decodable {
  struct Review: Decodable {
    var state: String?
    var submitted_at: String?
    var user: GitHubUser?
  }

  var pull_request: GitHubPullRequest
  var repository: GitHubRepository
  /// In a review only.
  var review: Review?
}

struct GitHubDeploymentEvent: Decodable {
  struct Deployment: Decodable {
    var id: Int64
    var sha: String?
    var task: String?
    var environment: String?
    var production_environment: Bool?
    var created_at: String?
    var creator: GitHubUser?
  }

  struct Status: Decodable {
    var state: String
    var environment: String?
    var created_at: String?
    var updated_at: String?
  }

  var deployment: Deployment
  var deployment_status: Status
  var repository: GitHubRepository
}

struct GitHubIssueEvent: Decodable {
  struct Label: Decodable {
    var name: String?
  }

  struct Issue: Decodable {
    var number: Int64
    var html_url: String?
    var state: String?
    var state_reason: String?
    var title: String?
    var body: String?
    var labels: [Label]?
    var user: GitHubUser?
    var created_at: String?
    var updated_at: String?
    var closed_at: String?
  }

  var action: String?
  var issue: Issue
  /// The one that was added or taken away.
  var label: Label?
  var repository: GitHubRepository
}
