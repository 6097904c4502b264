/// A conversation as it is sent, made before it is: so that what it costs at most is known before.
package struct Question: Sendable {
  let conversation: Conversation
  let endpoint: ModelEndpoint
  let body: [UInt8]
  package let firstAttempt: PlannedAttempt

  package init(
    _ conversation: Conversation, at endpoint: ModelEndpoint, purpose: PlannedAttempt.Purpose = .work
  ) {
    self.conversation = conversation
    self.endpoint = endpoint
    body = endpoint.body(of: conversation)
    firstAttempt = PlannedAttempt(
      number: 1, model: endpoint.model, host: endpoint.host, format: endpoint.format, purpose: purpose,
      requestBytes: body.count, inputTokenBound: Int64(body.count),
      maxOutputTokens: Int64(endpoint.maxOutputTokens))
  }
}
