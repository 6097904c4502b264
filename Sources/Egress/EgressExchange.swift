/// A request as an agent's tool or program makes it, before any rule was asked.
package struct EgressRequest: Hashable, Sendable {
  package var method: String
  package var address: String
  package var headers: [EgressHeader]
  package var body: [UInt8]

  package init(_ method: String = "GET", _ address: String, headers: [EgressHeader] = [], body: [UInt8] = [])
  {
    self.method = method
    self.address = address
    self.headers = headers
    self.body = body
  }
}

package struct EgressHeader: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What the host answered, with the credential of the rule taken out wherever it came back.
package struct EgressAnswer: Hashable, Sendable {
  /// Redirections too: nobody here follows them, because each is another request under the rules.
  package var status: Int
  package var headers: [EgressHeader]
  package var body: [UInt8]

  package init(status: Int, headers: [EgressHeader], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// What one run's way out carries at most.
package struct EgressLimits: Hashable, Sendable {
  /// Bytes of one request's body and of one answer's.
  package var request: Int
  package var answer: Int
  /// From the request to the end of its answer.
  package var time: Duration
  /// Over the whole run.
  package var requests: Int
  /// Bytes over the whole run that went out, addresses and headers included.
  package var sent: Int
  /// Requests at the same time.
  package var concurrent: Int

  package init(
    request: Int = 4 << 20, answer: Int = 64 << 20, time: Duration = .seconds(60), requests: Int = 1000,
    sent: Int = 16 << 20, concurrent: Int = 16
  ) {
    self.request = request
    self.answer = answer
    self.time = time
    self.requests = requests
    self.sent = sent
    self.concurrent = concurrent
  }
}

/// What the way out did with one request: for the run's record. Without query, headers and body.
package struct EgressEntry: Hashable, Sendable {
  package var method: String
  /// `nil` where it could not be read.
  package var host: String?
  package var path: String?
  /// The host's answer; `nil` where there was none.
  package var status: Int?
  package var refusal: EgressRefusal?
  /// Bytes of the bodies.
  package var sent: Int
  package var received: Int
}
