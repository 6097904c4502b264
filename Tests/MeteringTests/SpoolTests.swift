import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import Metering

@Suite("A spool")
struct SpoolTests {
  private let bench: Bench
  init() throws { bench = try Bench() }

  private func segments() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: bench.spoolPath).filter { $0.hasSuffix(Spool.suffix) }
      .sorted()
  }

  @Test("A second process is refused the spool, and told which has it")
  func twoProcesses() throws {
    let child = try ChildProcess(ChildProcess.built("spool-child"), ["hold", bench.spoolPath])
    while !child.output.contains("held") { Thread.sleep(forTimeInterval: 0.01) }
    let error = #expect(throws: SpoolError.self) { _ = try bench.spool() }
    guard case .inUse(let process?) = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("process \(process)") == true)
    let second = try ChildProcess.run(ChildProcess.built("spool-child"), ["hold", bench.spoolPath])
    #expect(second.status == 1)
    #expect(second.errors.contains("in use by process \(process)"))
    child.kill()
    _ = try child.wait()
    _ = try bench.spool()
  }

  @Test("One process cannot take it twice either, and takes it again when it has let go, under the same name")
  func again() throws {
    let id = try {
      let spool = try bench.spool()
      #expect(throws: SpoolError.self) { _ = try bench.spool() }
      return spool.id
    }()
    #expect(try bench.spool().id == id)
  }

  @Test("A child process on its way with a copy of every descriptor does not keep a spool that was let go")
  func copiedDescriptor() throws {
    var copy: Int32 = -1
    defer { close(copy) }
    do {
      let file = try SpoolFile(path: bench.spoolPath + ".lock", flags: O_RDWR | O_CREAT)
      #expect(file.lock())
      copy = dup(file.descriptor)
    }
    #expect(copy >= 0)
    #expect(try SpoolFile(path: bench.spoolPath + ".lock", flags: O_RDWR).lock())
  }

  @Test(
    "A place where no spool can be made is named",
    arguments: ["/dev/null/spool", "/proc/assay/spool"])
  func unwritable(path: String) {
    let error = #expect(throws: SpoolError.self) { _ = try Spool(directory: path) }
    #expect(error?.reason == .cannotOpen)
    #expect(error?.description.contains(path) == true)
  }

  @Test("Nobody else can read what is in it")
  func isPrivate() throws {
    let spool = try bench.spool()
    let lane = try spool.makeLane()
    try lane.open(Calls.opened(1))
    let manager = FileManager.default
    #expect(try manager.attributesOfItem(atPath: bench.spoolPath)[.posixPermissions] as? Int == 0o700)
    let files = try manager.contentsOfDirectory(atPath: bench.spoolPath)
    #expect(files.count == 3)
    for file in files {
      let attributes = try manager.attributesOfItem(atPath: bench.spoolPath + "/" + file)
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
    }
  }

  @Test("Lanes write segments of their own, long ones are followed by others, and drained ones are deleted")
  func segmentsComeAndGo() async throws {
    let spool = try bench.spool(segmentBytes: 8192)
    let lanes = try (0..<3).map { _ in try spool.makeLane() }
    for number in 0..<90 {
      try lanes[number % 3].open(Calls.opened(number))
      try lanes[number % 3].settle(Calls.settled(number))
    }
    #expect(try segments().count > 6)
    let drain = SpoolDrain(spool, into: bench.ledger)
    let report = try await drain.drainOnce()
    #expect(report.frames == 180 && report.settled == 90 && report.problems.isEmpty)
    #expect(try segments().count == 3, "those that are still written to")
    #expect(try await drain.drainOnce() == SpoolDrain.Report(), "nothing is drained twice")
    for lane in lanes { try lane.close() }
    #expect(try await drain.drainOnce().segmentsDeleted == 3)
    #expect(try segments().isEmpty)
    #expect(try bench.ledger.positions(inSpool: spool.id).isEmpty)
    #expect(try Set(bench.calls().map(\.id)) == Set((0..<90).map(Calls.id)))
    // A lane that was closed goes on in a further segment.
    try lanes[0].open(Calls.opened(100))
    _ = try await drain.drainOnce()
    #expect(try bench.ledger.call(Calls.id(100))?.isOpen == true)
  }

  @Test("What is still being written is drained as far as it goes, again and again")
  func growing() async throws {
    let spool = try bench.spool()
    let lane = try spool.makeLane()
    let drain = SpoolDrain(spool, into: bench.ledger)
    for number in 0..<20 {
      try lane.open(Calls.opened(number))
      #expect(try await drain.drainOnce().frames == 1)
      #expect(try bench.ledger.call(Calls.id(number)) == Calls.opened(number))
      try lane.see(Calls.seen(number))
      #expect(try await drain.drainOnce().frames == 1)
      #expect(try bench.ledger.call(Calls.id(number)) == Calls.seen(number))
      try lane.settle(Calls.settled(number))
      #expect(try await drain.drainOnce().settled == 1)
      #expect(try bench.ledger.call(Calls.id(number)) == Calls.settled(number))
    }
  }

  @Test("What is written is to be synchronised once, and new segments with the directory they are in")
  func synchronising() throws {
    let spool = try bench.spool(segmentBytes: 2048)
    let lane = try spool.makeLane()
    #expect(lane.takeWrites() == nil)
    for number in 0..<20 {
      try lane.open(Calls.opened(number))
      if number.isMultiple(of: 7) {
        let writes = try #require(lane.takeWrites())
        try writes.synchronise()
        #expect(lane.takeWrites() == nil)
      }
    }
    try #require(lane.takeWrites()).synchronise()
  }

  @Test(
    "A spool that may not grow refuses calls but not their ends, and takes calls again when it was drained")
  func mostBytes() async throws {
    let spool = try Spool(
      directory: bench.spoolPath,
      settings: Spool.Settings(segmentBytes: 4096, reserveBytes: 4096, mostBytes: 16384))
    let lane = try spool.makeLane()
    var number = 0
    let error = #expect(throws: SpoolError.self) {
      while number < 1000 {
        try lane.open(Calls.opened(number))
        number += 1
      }
    }
    #expect(error?.reason == .full)
    #expect(number > 10)
    for open in 0..<number { try lane.settle(Calls.settled(open)) }
    #expect(throws: SpoolError.self) { try lane.open(Calls.opened(number)) }
    let drain = SpoolDrain(spool, into: bench.ledger)
    _ = try await drain.drainOnce()
    try lane.open(Calls.opened(number))
    _ = try await drain.drainOnce()
    #expect(try bench.calls().count { $0.ending == .completed } == number)
    #expect(try bench.calls().count { $0.isOpen } == 1)
  }

  /// Files of this shell's children may be so large; writing beyond is an error, and not a signal.
  private func limited(kilobytes: Int, _ arguments: [String]) throws -> ChildProcess.Result {
    let command = "trap '' XFSZ; ulimit -S -f \(kilobytes); exec \"$0\" \"$@\""
    return try ChildProcess.run(
      "/bin/bash", ["-c", command, ChildProcess.built("spool-child")] + arguments)
  }

  @Test("Where there is no room for a segment no lane is made, and the error says so")
  func noRoomAtAll() throws {
    let result = try limited(kilobytes: 10, ["fill", bench.spoolPath, "6"])
    #expect(result.status == 1)
    #expect(result.errors.contains("no room left"))
    #expect(try segments().isEmpty, "nothing is left half made")
  }

  @Test(
    "When the room ends no call is lost: ends go to what was kept for them, then wait in memory",
    arguments: [6, 60])
  func noMoreRoom(underWay: Int) async throws {
    let result = try limited(kilobytes: 24, ["fill", bench.spoolPath, "\(underWay)"])
    #expect(result.status == 0, "\(result.errors)")
    let refused = try #require(result.output.firstMatch(of: /refused (\d+): .*no room left/))
    let count = try #require(Int(refused.1)) - 1
    #expect(count > underWay)
    let said = result.output.split(separator: "\n").dropFirst()
    #expect(said.first == (underWay == 6 ? "all written" : "owing"))
    #expect(Array(said.dropFirst()) == ["refused another", "nothing owed"])
    let spool = try bench.spool()
    let recovery = try await SpoolDrain(spool, into: bench.ledger)
      .recover(prices: .builtIn(), at: Instant(milliseconds: Calls.start))
    #expect(recovery.drained.problems.isEmpty && recovery.crashed.isEmpty)
    let calls = try bench.calls()
    #expect(calls.count == count && calls.allSatisfy { $0.ending == .completed })
    #expect(try bench.usage().reduce(0) { $0 + ($1.counts.input ?? 0) } == Int64(count * (count + 1) / 2))
  }
}
