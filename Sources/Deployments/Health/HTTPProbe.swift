package import AsyncHTTPClient
import Foundation
import Ledger
import NIOCore
import NIOHTTP1

/// Health by one GET: a status from 200 to 299 in time is well. If the answer is a commit, or says one in the header
/// `Assay-Release`, that is the release that answered.
package struct HTTPProbe: HealthProbe {
  private let client: HTTPClient
  private let address: String
  private let patience: Duration

  package init(_ client: HTTPClient, address: String, patience: Duration = .seconds(10)) {
    self.client = client
    self.address = address
    self.patience = patience
  }

  package func probe() async -> HealthSample {
    let at = Instant(Date())
    let clock = ContinuousClock()
    let began = clock.now
    do {
      let deadline = NIODeadline.now() + .milliseconds(patience.wholeMilliseconds)
      let response = try await client.execute(HTTPClientRequest(url: address), deadline: deadline)
      let body = try await response.body.collect(upTo: 1 << 16)
      let took = began.duration(to: clock.now)
      guard (200..<300).contains(response.status.code) else {
        return HealthSample(at: at, .unwell("it answered with status \(response.status.code)"))
      }
      let said = response.headers.first(name: "Assay-Release") ?? String(buffer: body)
      let release = said.trimmed
      return HealthSample(at: at, .well(after: took, release: CommitName.isWhole(release) ? release : nil))
    } catch {
      return HealthSample(at: at, .unwell("it did not answer"))
    }
  }
}
