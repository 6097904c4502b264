package import AsyncHTTPClient
import Effects
import Foundation
import Ledger
import NIOCore
import NIOHTTP1
package import ServiceSettings

/// Asks a forge's REST API, within bounds and at one address: no address that it answers with is ever followed, neither a
/// redirect nor the next page. What only reads is asked again while the forge is busy; what does something is asked again
/// only if it was turned away unread, and no answer to it is `uncertain`.
package struct ForgeClient: Sendable {
  private let client: HTTPClient
  private let address: ServiceAddress
  private let dialect: Dialect
  private let credential: Credential
  private let patience: Duration
  private let pause: @Sendable (Duration) async throws -> Void

  /// Whose API it is: how it takes credentials, and in which version.
  package enum Dialect: Hashable, Sendable { case gitHub, gitLab }

  /// Of one answer. GitHub's comparison of two commits lists up to 300 files with what changed in them.
  static let answerBytes = 16 << 20
  static let attempts = 3
  /// A forge that wants to be left alone for longer is not waited for.
  static let longestPause = Duration.seconds(30)
  /// What both forges give at most.
  static let pageLength = 100

  /// - Parameters:
  ///   - client: One that follows no redirects: a credential goes to whom it was meant for.
  ///   - address: `https://api.github.com`, `https://gitlab.com/api/v4`.
  ///   - patience: For one answer, whole.
  ///   - pause: How it waits before it asks again.
  package init(
    _ client: HTTPClient, at address: ServiceAddress, _ dialect: Dialect, credential: Credential,
    patience: Duration = .seconds(30),
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.client = client
    self.address = address
    self.dialect = dialect
    self.credential = credential
    self.patience = patience
    self.pause = pause
  }

  var host: String { address.host }

  // MARK: Reading

  /// - Parameter absent: The statuses that say that there is no such thing.
  /// - Returns: `nil` if there is nothing by that name, or it is not shown to this credential.
  func get(
    _ path: String, _ query: [(String, String)] = [], absent: Set<Int> = [404]
  ) async throws(ToolFailure) -> JSON? {
    let answer = try await answered(.GET, path, query)
    if absent.contains(answer.status) { return nil }
    guard (200..<300).contains(answer.status) else { throw answer.refusal }
    return try answer.json()
  }

  /// What a list holds, page by page.
  struct Listing {
    var elements: [JSON] = []
    /// Whether nothing comes after them.
    var isWhole = false
  }

  /// - Parameters:
  ///   - member: The array's name, where the answer is an object.
  ///   - pages: How many are asked for at most.
  ///   - isEnough: Whether what came so far will do.
  /// - Returns: `nil` as ``get(_:_:absent:)``.
  func list(
    _ path: String, _ query: [(String, String)] = [], in member: String? = nil, pages: Int,
    until isEnough: ([JSON]) -> Bool = { _ in false }
  ) async throws(ToolFailure) -> Listing? {
    var listing = Listing()
    for page in 1...pages {
      let place = [("per_page", String(Self.pageLength)), ("page", String(page))]
      guard let answer = try await get(path, query + place) else { return nil }
      guard let elements = (member.map { answer[$0] } ?? answer)?.elements else {
        throw .unavailable("\(host) answered with something else than a list; check its address.")
      }
      listing.elements += elements
      listing.isWhole = elements.count < Self.pageLength
      if listing.isWhole || isEnough(listing.elements) { break }
    }
    return listing
  }

  // MARK: Doing

  /// - Returns: `nil` if it was done and the answer says nothing that is understood.
  /// - Throws: `refused` or `unavailable` if it was not done; `uncertain` if it may have been.
  func post(_ path: String, _ body: JSON) async throws(ToolFailure) -> JSON? {
    let answer = try await answered(.POST, path, [], body: body)
    guard (200..<300).contains(answer.status) else { throw answer.refusal }
    return try? answer.json()
  }

  // MARK: Asking

  /// Why there is no answer.
  private enum Silence: Error { case none, tooLong }

  /// An answer that means something: neither that the forge is busy nor that it is in trouble.
  private func answered(
    _ method: HTTPMethod, _ path: String, _ query: [(String, String)], body: JSON? = nil
  ) async throws(ToolFailure) -> ForgeAnswer {
    var wait = Duration.seconds(1)
    var attempt = 1
    while true {
      let failure: ToolFailure
      var due = wait
      switch await once(method, path, query, body: body) {
      case .success(let answer) where answer.isRateLimited:
        due = max(wait, answer.wait(now: Int64(Date().timeIntervalSince1970)) ?? wait)
        failure = .unavailable(
          "\(host) has been asked too often (status \(answer.status)). Try again in \(due.inWords).")
      case .success(let answer) where answer.status >= 500 || answer.status == 408:
        failure = .unavailable("\(host) is in trouble (status \(answer.status)). Try again later.")
        if body != nil { throw lost }
      case .success(let answer): return answer
      case .failure where body != nil: throw lost
      case .failure(.tooLong):
        throw .unavailable("\(host) answered with more than \(Self.answerBytes >> 20) MiB.")
      case .failure(.none):
        failure = .unavailable("\(host) does not answer. Check its address and the network.")
      }
      guard attempt < Self.attempts, due <= Self.longestPause else { throw failure }
      do { try await pause(due) } catch { throw .unavailable("The question to \(host) was broken off.") }
      wait *= 2
      attempt += 1
    }
  }

  private var lost: ToolFailure {
    .uncertain("\(host) did not say what became of it; it may have been done.")
  }

  private func once(
    _ method: HTTPMethod, _ path: String, _ query: [(String, String)], body: JSON?
  ) async -> Result<ForgeAnswer, Silence> {
    var text = address.root + path
    if !query.isEmpty {
      text += "?" + query.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
    }
    var request = HTTPClientRequest(url: text)
    request.method = method
    request.headers = headers
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: body.canonical))
    }
    do {
      let response = try await client.execute(
        request, deadline: .now() + .milliseconds(patience.wholeMilliseconds))
      let bytes = try await response.body.collect(upTo: Self.answerBytes)
      return .success(
        ForgeAnswer(
          status: Int(response.status.code), headers: response.headers, body: Array(bytes.readableBytesView),
          host: host))
    } catch is NIOTooManyBytesError {
      return .failure(.tooLong)
    } catch {
      // What the client says of it may name the address; nothing of it is passed on.
      return .failure(.none)
    }
  }

  private var headers: HTTPHeaders {
    switch dialect {
    case .gitHub:
      [
        "User-Agent": "assay", "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28", "Authorization": "Bearer \(credential.secret)",
      ]
    case .gitLab:
      ["User-Agent": "assay", "Accept": "application/json", "PRIVATE-TOKEN": credential.secret]
    }
  }

  /// For a query or one part of a path: the unreserved characters of RFC 3986 as they are.
  static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (byte < 16 ? "0" : "") + digits
      }
    }
    return result
  }
}
