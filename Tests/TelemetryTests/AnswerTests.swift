import Ledger
import SwiftProtobuf
import Telemetry
import Testing

@Suite struct AnswerTests {
  private func read(_ contentType: String, _ bytes: [UInt8], _ signal: OTLPSignal = .logs) -> TelemetryReading
  {
    OTLPRequest.read(signal, contentType: contentType, bytes: bytes, account: .local)
  }

  @Test("full success is an empty message in the request's encoding, also for an empty request")
  func success() {
    for signal in OTLPSignal.allCases {
      let protobuf = read("application/x-protobuf", [], signal).answer
      #expect(
        protobuf.status == 200 && protobuf.body.isEmpty && protobuf.contentType == "application/x-protobuf")
      for empty in ["", "{}"] {
        let json = read("Application/JSON ; charset=utf-8", Array(empty.utf8), signal).answer
        #expect(json.status == 200 && json.body == Array("{}".utf8) && json.contentType == "application/json")
      }
    }
  }

  @Test("what was rejected is told, each reason with its number") func partial() throws {
    let request = try #require(Recordings.all.first { $0.signal == .logs })
    let limits = TelemetryLimits(records: 2)
    let protobuf = OTLPRequest.read(
      .logs, contentType: "application/x-protobuf", bytes: request.protobuf, account: .local, limits: limits)
    let answer = try ProtoLogsResponse(serializedBytes: protobuf.answer.body)
    let rejected = protobuf.recordCount - 2
    #expect(answer.partialSuccess.rejectedLogRecords == Int64(rejected))
    #expect(
      answer.partialSuccess.errorMessage == "\(rejected) rejected: over the limit of records in one request")
    let json = OTLPRequest.read(
      .logs, contentType: "application/json", bytes: request.json, account: .local, limits: limits)
    let text = String(decoding: json.answer.body, as: UTF8.self)
    #expect(text.contains(#""rejectedLogRecords":"\#(rejected)""#))
  }

  @Test("a malformed request is answered with a status in its own encoding, without any of its content")
  func malformed() throws {
    let protobuf = read("application/x-protobuf", [0x0A, 0x7F]).answer
    let status = try ProtoStatus(serializedBytes: protobuf.body)
    #expect(protobuf.status == 400 && status.code == 3)
    #expect(status.message == "The request is malformed: the message ends too early, at byte 2.")
    for bad in [
      "{", "[]", "nonsense", #"{"resourceLogs":5}"#, "{} x",
      #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]}"#,
    ] {
      let json = read("application/json", Array(bad.utf8)).answer
      #expect(json.status == 400 && json.contentType == "application/json", "\(bad)")
      #expect(
        String(decoding: json.body, as: UTF8.self).hasPrefix(
          #"{"code":3,"message":"The request is malformed"#))
    }
  }

  @Test("other types are refused; names in snake case are none that JSON has") func types() {
    #expect(read("text/plain", []).answer.status == 415)
    #expect(read("", []).answer.status == 415)
    let reading = read(
      "application/json", Array(#"{"resource_logs":[{"scope_logs":[{"log_records":[{}]}]}]}"#.utf8))
    #expect(reading.answer.status == 200 && reading.recordCount == 0)
    #expect(OTLPAnswer.retryLater(status: 503, .json, "Later.").status == 503)
  }
}
