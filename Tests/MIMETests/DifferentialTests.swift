import Foundation
import Testing

@testable import MIME

/// The same messages read by Python's `email`, in its new policy and its old one. Where both differ from what is read here,
/// the case has to stand in ``Disagreement`` with the reason.
@Suite struct DifferentialTests {
  @Test func `every message reads as Python's email package reads it, or the reason why not is written down`()
    throws
  {
    let cases = try PeerCorpus.cases(seed: 20_261_122, generated: 600)
    #expect(cases.count >= 900)
    var excused = 0
    for peer in cases {
      let message = MailMessage(Array(peer.message))
      for difference in Self.differences(of: message, from: peer.view) {
        if Disagreement.reason(of: peer.name, difference) != nil {
          excused += 1
        } else {
          Issue.record(
            "\(peer.name) · \(difference.aspect): here \(difference.ours), there \(difference.theirs)")
        }
      }
    }
    print("MIME beside Python's email: \(cases.count) messages, \(excused) differences, each with its reason")
    // A name that is no case any more excuses nothing.
    let names = Set(cases.map(\.name))
    for name in Disagreement.named { #expect(names.contains(name), "\(name)") }
  }

  static func differences(of message: MailMessage, from view: PeerCase.View) -> [Difference] {
    var found: [Difference] = []
    func compare<Value: Equatable & SendableMetatype>(
      _ aspect: String, _ ours: Value, _ theirs: Value?..., part: MailPart? = nil
    ) {
      let theirs = theirs.compactMap { $0 }
      guard !theirs.isEmpty, !theirs.contains(ours) else { return }
      found.append(
        Difference(
          aspect: aspect, ours: Self.shown(ours), theirs: theirs.map(Self.shown), message: message, part: part
        ))
    }
    func compareAddresses(_ aspect: String, _ ours: [MailAddress], _ new: [[String]]?, _ old: [[String]]?) {
      guard new != nil || old != nil, !Self.areSame(ours, new, old) else { return }
      compare(aspect, ours.map { [$0.name ?? "", $0.localPart, $0.domain] }, new, old)
    }
    compare("fields", message.headers.fields.map(\.name), view.fields)
    compareAddresses("from", message.from, view.default.from, view.old.from)
    compareAddresses("to", message.to, view.default.to, view.old.to)
    compareAddresses("cc", message.cc, view.default.cc, view.old.cc)
    compareAddresses("reply-to", message.replyTo, view.default.replyTo, view.old.replyTo)
    compare("subject", message.subject, view.default.subject, view.old.subject)
    if let date = view.date {
      compare("date", message.date.map { [Int($0.secondsSince1970), $0.offsetMinutes] } ?? [], date)
    }
    if let id = view.id { compare("id", message.messageID?.description ?? "", id) }
    compare("structure", structure(message.root), view.structure)
    guard structure(message.root) == view.structure else { return found }
    for (index, (part, leaf)) in zip(leaves(message.root), view.leaves).enumerated() {
      compare("content \(index)", Data(message.content(of: part).bytes), leaf.content, part: part)
      compare("text \(index)", plain(message.text(of: part).text), leaf.text.map(plain), part: part)
      // Python has no name for a part that names itself with nothing.
      compare("filename \(index)", part.filename ?? "", leaf.filename ?? "", leaf.filename2 ?? "", part: part)
    }
    return found
  }

  private static func shown(_ value: some Equatable) -> String {
    (value as? Data).map { String(decoding: $0, as: UTF8.self).debugDescription } ?? "\(value)"
  }

  /// Each mailbox for itself, in its name and in its address, as one of the two policies has it: the new one drops comments
  /// that stand for names and (3.11) leaves a blank between encoded words; the old one leaves quotes around local parts and
  /// replaces bytes that are not ASCII.
  private static func areSame(_ ours: [MailAddress], _ new: [[String]]?, _ old: [[String]]?) -> Bool {
    let readings = [new, old].compactMap { $0 }.filter { $0.count == ours.count }
    return !readings.isEmpty
      && ours.indices.allSatisfy { index in
        readings.contains { $0[index][0] == ours[index].name ?? "" }
          && readings.contains {
            $0[index][2] == ours[index].domain
              && ($0[index][1] == ours[index].localPart || $0[index][1] == "\"\(ours[index].localPart)\"")
          }
      }
  }

  /// Line ends as they are here.
  private static func plain(_ text: String) -> String {
    text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
  }

  private static func structure(_ part: MailPart) -> PeerCase.Structure {
    PeerCase.Structure(type: part.contentType.mime, children: part.children.map(structure))
  }

  private static func leaves(_ part: MailPart) -> [MailPart] {
    part.children.isEmpty && part.contentType.type != "multipart" ? [part] : part.children.flatMap(leaves)
  }
}
