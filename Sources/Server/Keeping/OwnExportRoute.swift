import ControlSQLite
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Inventory
import Keeping
import Ledger
import NIOCore
import Visibility

/// All that is held on whoever asks, to take away: the same as `assay export` writes, as one document.
struct OwnExportRoute: Sendable {
  static let address = "/me/everything.json"

  let ledger: any KeptStore
  let control: ControlStore
  let sight: Sight
  let retention: Retention

  func add(to router: Router<AssayContext>) {
    router.get("\(Self.address)") { _, context in try await everything(context) }
  }

  @Sendable private func everything(_ context: AssayContext) async throws -> Response {
    let scope: PersonScope
    if let person = try context.requirePerson() {
      _ = try sight.ask(.personExport, of: person.id, as: .myself, context)
      try control.note(AccessRecord(copyTakenBy: person.id, at: context.asked))
      scope = try control.scope(of: person.id)
    } else {
      scope = PersonScope(people: [], accounts: [AccountID.local.rawValue])
    }
    let export = PersonExport(of: scope, ledger: ledger, control: control, retention: retention)
    let file = try await Self.write(export)
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/json", .cacheControl: "no-store",
        .contentDisposition: "attachment; filename=\"assay-everything.json\"",
      ],
      body: ResponseBody { writer in
        // Read piece by piece, however much it is.
        while let part = try file.read(upToCount: 1 << 16), !part.isEmpty {
          try await writer.write(ByteBuffer(bytes: part))
        }
        try await writer.finish(nil)
      })
  }

  /// To a file that nobody can open any more, and that is gone with the last who has it.
  @concurrent
  private static func write(_ export: PersonExport) async throws -> FileHandle {
    let directory = FileManager.default.temporaryDirectory.path
    let path = "\(directory)/assay-\(UUID().uuidString)"
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw KeepingError.cannotWrite(directory) }
    unlink(path)
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try export.write { text in try file.write(contentsOf: Data(text.utf8)) }
    try file.seek(toOffset: 0)
    return file
  }
}
