/// The places with the largest values seen so far; equal ones in the order in which they lie.
struct ExampleRanking {
  struct Place: Equatable {
    let value: Double
    let photograph: Int
    let row: Int
    let column: Int
  }

  private struct Entry {
    let key: Double
    let place: Place
  }

  /// How many places are kept.
  let limit: Int
  private var entries: [Entry] = []

  init(limit: Int) { self.limit = limit }

  /// The places, the largest value first.
  var places: [Place] { entries.map(\.place) }

  /// Adds the best places of one photograph, which comes after all before it.
  ///
  /// - Parameters:
  ///   - map: The channel's values, row after row.
  ///   - photograph: Its position in the list of photographs.
  ///   - perPhotograph: How many of its places may be kept.
  ///   - sign: 1 for the largest values, −1 for the smallest.
  mutating func add(
    _ map: (width: Int, values: [Double]), photograph: Int, perPhotograph: Int, sign: Double
  ) {
    var own = ExampleRanking(limit: min(limit, perPhotograph))
    for (index, value) in map.values.enumerated() {
      let place = Place(
        value: value, photograph: photograph, row: index / map.width, column: index % map.width)
      own.insert(Entry(key: sign * value, place: place))
    }
    for entry in own.entries { insert(entry) }
  }

  /// Puts an entry behind all that are as large: those came before it.
  private mutating func insert(_ entry: Entry) {
    if entries.count == limit {
      guard let last = entries.last, entry.key > last.key else { return }
    }
    let place = entries.firstIndex { $0.key < entry.key } ?? entries.count
    entries.insert(entry, at: place)
    if entries.count > limit { entries.removeLast() }
  }
}
