/// Names as people of many places have them, and the user names that a directory makes of them.
enum Names {
  static let given = [
    "Ines", "Tomasz", "Amara", "Jonas", "Priya", "Mateo", "Yuki", "Fatima", "Lukas", "Chidi", "Sofia",
    "Arjun",
    "Elif", "Noah", "Mei", "Kwame", "Hanna", "Rafael", "Leila", "Piotr", "Nia", "Stefan", "Camila", "Omar",
    "Astrid", "Dmitri", "Zanele", "Marco", "Anh", "Beatriz", "Samir", "Ingrid", "Kofi", "Valentina", "Tariq",
    "Freya", "Hiroshi", "Aoife", "Pavel", "Lucía", "Emeka", "Greta", "Ravi", "Selin", "Bruno", "Nadia",
    "Oskar",
    "Thandi", "Viktor", "Maren", "Javier", "Soraya", "Emil", "Linh", "Dário", "Katarina", "Idris", "Clara",
    "Mihai", "Ayşe",
  ]

  static let family = [
    "Okafor", "Nowak", "Silva", "Haas", "Raman", "Castillo", "Tanaka", "Haddad", "Gruber", "Adeyemi",
    "Ferreira",
    "Mehta", "Yılmaz", "Lindqvist", "Chen", "Mensah", "Bauer", "Moreira", "Karimi", "Wójcik", "Mwangi",
    "Novák",
    "Rojas", "Farouk", "Berg", "Volkov", "Dlamini", "Ricci", "Nguyen", "Carvalho", "Khoury", "Hansen",
    "Asante",
    "Herrera", "Aziz", "MacLeod", "Sato", "Byrne", "Horák", "Fuentes", "Eze", "Keller", "Iyer", "Demir",
    "Costa",
    "Petrova", "Virtanen", "Khumalo", "Ionescu", "Schreiber", "Navarro", "Rahimi", "Olsen", "Tran", "Pinto",
    "Kovač", "Bello", "Weiss", "Popescu", "Arslan",
  ]

  /// As many different names as asked for, in an order that `chance` gives.
  static func draw(_ count: Int, _ chance: inout Chance) -> [(name: String, userName: String)] {
    var drawn: [(name: String, userName: String)] = []
    var taken: Set<String> = []
    while drawn.count < count {
      let name = "\(chance.pick(given)) \(chance.pick(family))"
      let userName = plain(name)
      guard taken.insert(userName).inserted else { continue }
      drawn.append((name, userName))
    }
    return drawn
  }

  /// `Ayşe Yılmaz` is `ayse.yilmaz`.
  static func plain(_ name: String) -> String {
    let letters: [Character: Character] = [
      "í": "i", "á": "a", "ş": "s", "ı": "i", "ó": "o", "č": "c", "ö": "o", "ü": "u", " ": ".",
    ]
    return String(name.lowercased().map { letters[$0] ?? $0 })
  }
}
