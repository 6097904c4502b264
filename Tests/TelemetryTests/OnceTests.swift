import Ledger
import SwiftProtobuf
import Telemetry
import Testing

/// A client that has no answer sends again, and in other parts.
@Suite struct OnceTests {
  @Test("a request that is split into its records, and sent twice, gives the same", arguments: Recordings.all)
  func splitting(_ request: Recordings.Request) throws {
    let whole = request.read(.protobuf)
    let parts = try split(request) + split(request).reversed()
    let readings = parts.map {
      OTLPRequest.read(request.signal, contentType: "application/x-protobuf", bytes: $0, account: .local)
    }
    #expect(readings.allSatisfy { $0.answer.status == 200 })
    #expect(Recordings.usage(readings) == Recordings.usage([whole]))
    #expect(Set(readings.flatMap(\.facts.turns)) == Set(whole.facts.turns))
    #expect(Set(readings.flatMap(\.facts.toolCalls)) == Set(whole.facts.toolCalls))
    #expect(Set(readings.flatMap(\.facts.mentions)) == Set(whole.facts.mentions))
    #expect(Set(readings.flatMap(\.meters)) == Set(whole.meters))
    #expect(Set(readings.flatMap(\.facts.sessions).map(\.id)) == Set(whole.facts.sessions.map(\.id)))
    #expect(readings.map(\.recordCount).reduce(0, +) == whole.recordCount * 2)
  }

  /// One request for each record, by the generated messages.
  private func split(_ request: Recordings.Request) throws -> [[UInt8]] {
    var parts: [[UInt8]] = []
    switch request.signal {
    case .logs:
      let whole = try ProtoLogsRequest(serializedBytes: request.protobuf)
      for resource in whole.resourceLogs {
        for scope in resource.scopeLogs {
          for record in scope.logRecords {
            var part = ProtoLogsRequest()
            part.resourceLogs = [resource]
            part.resourceLogs[0].scopeLogs = [scope]
            part.resourceLogs[0].scopeLogs[0].logRecords = [record]
            parts.append(try part.serializedBytes())
          }
        }
      }
    case .traces:
      let whole = try ProtoTracesRequest(serializedBytes: request.protobuf)
      for resource in whole.resourceSpans {
        for scope in resource.scopeSpans {
          for span in scope.spans {
            var part = ProtoTracesRequest()
            part.resourceSpans = [resource]
            part.resourceSpans[0].scopeSpans = [scope]
            part.resourceSpans[0].scopeSpans[0].spans = [span]
            parts.append(try part.serializedBytes())
          }
        }
      }
    case .metrics:
      let whole = try ProtoMetricsRequest(serializedBytes: request.protobuf)
      for resource in whole.resourceMetrics {
        for scope in resource.scopeMetrics {
          for metric in scope.metrics {
            var part = ProtoMetricsRequest()
            part.resourceMetrics = [resource]
            part.resourceMetrics[0].scopeMetrics = [scope]
            part.resourceMetrics[0].scopeMetrics[0].metrics = [metric]
            parts.append(try part.serializedBytes())
          }
        }
      }
    }
    return parts
  }

  @Test("what stands behind the records it holds for is read all the same")
  func order() throws {
    let request = try #require(try Recordings.requests(of: "claude-json").first { $0.signal == .logs })
    var whole = try ProtoLogsRequest(serializedBytes: request.protobuf)
    // The same resource and scope, in a message of their own behind the records: protobuf merges the two.
    var behind = ProtoResourceLogs()
    behind.resource = whole.resourceLogs[0].resource
    whole.resourceLogs[0].clearResource()
    var bytes: [UInt8] = try whole.resourceLogs[0].serializedBytes()
    bytes += try behind.serializedBytes() as [UInt8]
    var length = bytes.count
    var message: [UInt8] = [0x0A]
    while length >= 0x80 {
      message.append(UInt8(length & 0x7F) | 0x80)
      length >>= 7
    }
    message.append(UInt8(length))
    let reading = OTLPRequest.read(
      .logs, contentType: "application/x-protobuf", bytes: message + bytes, account: .local)
    let expected = request.read(.protobuf)
    #expect(expected.facts.sessions.allSatisfy { $0.toolVersion != nil } && !expected.facts.sessions.isEmpty)
    expectSame(reading.facts, expected.facts)

    let json = """
      {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[
        {"value":{"stringValue":"codex.sse_event"},"key":"event.name"},
        {"key":"event.kind","value":{"stringValue":"response.completed"}},
        {"key":"input_token_count","value":{"stringValue":"12"}},
        {"key":"conversation\\u002eid","value":{"stringValue":"c"}}],
        "observedTimeUnixNano":1795265697917720852}],"scope":{"name":"codex_otel.log_only"}}],
        "resource":{"attributes":[{"key":"service.version","value":{"stringValue":"0.163.0"}}]}}]}
      """
    let behindJSON = OTLPRequest.read(
      .logs, contentType: "application/json", bytes: Array(json.utf8), account: .local)
    #expect(behindJSON.facts.usage.map(\.counts) == [TokenCounts(input: 12)])
    #expect(behindJSON.facts.sessions.map(\.toolVersion) == ["0.163.0"])
    #expect(behindJSON.facts.sessions.map(\.id) == [.ofCodex("c")])
  }
}
