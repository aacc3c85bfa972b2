/// Pairs of tokens become one, in the order in which they were learnt.
///
/// - Reference: Sennrich, Haddow and Birch 2016, *Neural Machine Translation of Rare Words with Subword Units*
///   (`sennrich2016neural`).
struct BytePairModel: TokenizerModel {
  let vocabulary: TokenizerVocabulary
  private struct Pair: Hashable {
    let first: Int
    let second: Int
  }
  private struct Merge {
    let rank: Int
    let id: Int
  }

  private let merges: [Pair: Merge]
  private let unknown: String?
  private let prefix: [UInt8]
  private let suffix: [UInt8]
  private let fusesUnknown: Bool
  private let fallsBackToBytes: Bool
  private let ignoresMerges: Bool

  init(_ fields: TokenizerFields) throws {
    if case .number(let rate)? = fields.json["dropout"], rate != 0 {
      throw fields.unknown("dropout")
    }
    vocabulary = try TokenizerVocabulary(fields.members("vocab"), fields.place)
    unknown = try fields.optionalText("unk_token")
    let head = Array(try fields.text("continuing_subword_prefix", "").utf8)
    prefix = head
    suffix = Array(try fields.text("end_of_word_suffix", "").utf8)
    fusesUnknown = try fields.flag("fuse_unk", false)
    fallsBackToBytes = try fields.flag("byte_fallback", false)
    ignoresMerges = try fields.flag("ignore_merges", false)
    var merges: [Pair: Merge] = [:]
    for (rank, merge) in try fields.list("merges").enumerated() {
      let parts = Self.parts(merge)
      guard parts.count == 2 else {
        throw InterpretabilityError(
          .invalidFile, "\(fields.place): merge \(rank) is no pair of tokens")
      }
      let tail = parts[1].starts(with: head) ? Array(parts[1].dropFirst(head.count)) : parts[1]
      guard let first = vocabulary[parts[0]], let second = vocabulary[parts[1]],
        let id = vocabulary[parts[0] + tail]
      else {
        throw InterpretabilityError(
          .invalidFile, "\(fields.place): merge \(rank) names a token that is not in the vocabulary"
        )
      }
      merges[Pair(first: first, second: second)] = Merge(rank: rank, id: id)
    }
    self.merges = merges
  }

  private static func parts(_ merge: TokenizerJSON) -> [[UInt8]] {
    switch merge {
    case .string(let text):
      return text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
    case .array(let values):
      return values.compactMap { if case .string(let text) = $0 { Array(text.utf8) } else { nil } }
    default: return []
    }
  }

  func tokens(of piece: [UInt8]) throws -> [PieceToken] {
    if ignoresMerges, let id = vocabulary[piece] {
      return [PieceToken(id: id, bytes: 0..<piece.count)]
    }
    return merged(try symbols(of: piece))
  }

  private func symbols(of piece: [UInt8]) throws -> [(id: Int, length: Int)] {
    let starts = piece.indices.filter { piece[$0] & 0xC0 != 0x80 }
    var symbols: [(id: Int, length: Int)] = []
    var pending: (id: Int, length: Int)?
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : piece.count
      let character = piece[start..<end]
      let key =
        (index > 0 ? prefix : []) + character + (index + 1 == starts.count ? suffix : [])
      if let id = vocabulary[key] {
        if let unknown = pending { symbols.append(unknown) }
        pending = nil
        symbols.append((id, character.count))
      } else if fallsBackToBytes, let bytes = vocabulary.byteTokens(key) {
        symbols += bytes.map { ($0, 1) }
      } else if let unknown {
        guard let id = vocabulary[unknown] else {
          throw InterpretabilityError(
            .invalidFile,
            "the tokenizer's unknown token “\(unknown)” is not in its vocabulary")
        }
        if let before = pending {
          if fusesUnknown {
            pending = (id, before.length + character.count)
            continue
          }
          symbols.append(before)
        }
        pending = (id, character.count)
      }
    }
    if let pending { symbols.append(pending) }
    return symbols
  }

  /// Merges neighbours, the earliest learnt pair first, and of the same pair the leftmost.
  private func merged(_ symbols: [(id: Int, length: Int)]) -> [PieceToken] {
    var (ids, lengths) = (symbols.map(\.id), symbols.map(\.length))
    var isThere = symbols.map { _ in true }
    var next = symbols.indices.map { $0 + 1 }
    var previous = symbols.indices.map { $0 - 1 }
    var queue = MergeQueue()
    func ask(_ left: Int) {
      guard left >= 0, next[left] < ids.count,
        let merge = merges[Pair(first: ids[left], second: ids[next[left]])]
      else { return }
      queue.push(.init(rank: merge.rank, place: left, id: merge.id))
    }
    for index in ids.indices { ask(index) }
    while let top = queue.pop() {
      let (left, right) = (top.place, next[top.place])
      guard isThere[left], right < ids.count,
        merges[Pair(first: ids[left], second: ids[right])]?.id == top.id
      else { continue }
      ids[left] = top.id
      lengths[left] += lengths[right]
      isThere[right] = false
      next[left] = next[right]
      if next[left] < ids.count { previous[next[left]] = left }
      ask(previous[left])
      ask(left)
    }
    var result: [PieceToken] = []
    var place = 0
    for index in ids.indices where isThere[index] {
      result.append(PieceToken(id: ids[index], bytes: place..<place + lengths[index]))
      place += lengths[index]
    }
    return result
  }
}

/// Merges that can be made, the first one on top.
private struct MergeQueue {
  struct Entry {
    let rank: Int
    let place: Int
    let id: Int

    func precedes(_ other: Entry) -> Bool { (rank, place) < (other.rank, other.place) }
  }

  private var heap: [Entry] = []

  mutating func push(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Entry? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var parent = 0
    while true {
      let children = (2 * parent + 1..<2 * parent + 3).filter { $0 < heap.count }
      guard let child = children.min(by: { heap[$0].precedes(heap[$1]) }),
        heap[child].precedes(heap[parent])
      else { return top }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
