internal import Foundation

/// A data set that knows what identifies each sample without computing its input.
public protocol IdentifiedSamples: Dataset {
  /// For each sample what no different sample has, such as the SHA-256 of its file.
  var sampleDigests: [String] { get }
}

/// A data set whose samples are made of those of another one, position by position.
public protocol DerivedDataset: Dataset {
  /// The samples as they were.
  var base: any Dataset { get }
}

/// Two positions that hold the same sample.
public struct SampleOverlap: Sendable, Hashable {
  /// The position in the data set that was asked.
  public let position: Int
  /// The first position in the other data set.
  public let other: Int

  /// A pair of positions.
  public init(position: Int, other: Int) {
    self.position = position
    self.other = other
  }
}

extension Dataset {
  /// The samples that another data set has, too: those whose inputs are the same byte for byte, or, if
  /// both know what identifies their samples (``IdentifiedSamples``), whose digests are the same.
  ///
  /// Labels do not matter, nor how samples are prepared or augmented (``DerivedDataset``). Samples are read in parts, so that neither data set has to fit into memory.
  ///
  /// - Returns: One entry for each position that is in both, in rising order.
  /// - Throws: ``InterpretabilityError`` when a sample cannot be read.
  public func overlap(with other: any Dataset) throws -> [SampleOverlap] {
    let (samples, other) = (original, other.original)
    if let mine = samples.identifiers, let others = other.identifiers {
      let positions = Dictionary(zip(others, 0...)) { first, _ in first }
      return mine.enumerated().compactMap { position, digest in
        positions[digest].map { SampleOverlap(position: position, other: $0) }
      }
    }
    var positions: [Int: [Int]] = [:]
    try other.forEachSample { position, bytes in
      positions[bytes.contentHash, default: []].append(position)
    }
    var result: [SampleOverlap] = []
    try samples.forEachSample { position, bytes in
      // Hashes only propose: the bytes decide.
      for candidate in positions[bytes.contentHash] ?? []
      where try other.inputs([candidate]).data() == bytes {
        result.append(SampleOverlap(position: position, other: candidate))
        break
      }
    }
    return result
  }

  /// The samples that are there before: each is in the data set at a smaller position, too.
  ///
  /// - Throws: ``InterpretabilityError`` when a sample cannot be read.
  public func repetitions() throws -> [SampleOverlap] {
    try overlap(with: self).filter { $0.other < $0.position }
  }

  /// The samples as they were before they were prepared.
  fileprivate var original: any Dataset {
    if let derived = self as? any DerivedDataset { return derived.base.original }
    guard let selection = self as? DatasetSelection else { return self }
    return DatasetSelection(selection.base.original, selection.indices)
  }

  /// What identifies the samples, if that is known without computing inputs.
  fileprivate var identifiers: [String]? {
    if let identified = self as? any IdentifiedSamples { return identified.sampleDigests }
    guard let selection = self as? DatasetSelection, let all = selection.base.identifiers else {
      return nil
    }
    return selection.indices.map { all[$0] }
  }

  /// Calls `body` with the position and the input's bytes of each sample.
  fileprivate func forEachSample(_ body: (Int, Data) throws -> Void) throws {
    let total = count
    for start in stride(from: 0, to: total, by: 256) {
      let end = min(start + 256, total)
      let batch = try inputs(Array(start..<end)).data()
      let size = batch.count / (end - start)
      for position in start..<end {
        let offset = batch.startIndex + (position - start) * size
        try body(position, batch[offset..<(offset + size)])
      }
    }
  }
}

extension Data {
  /// A hash of all bytes; `Data`'s own looks at the first 80 only.
  fileprivate var contentHash: Int {
    var hasher = Hasher()
    withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
