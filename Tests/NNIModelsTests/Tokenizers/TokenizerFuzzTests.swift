import Foundation
import NNIGraph
import NNITestSupport
import Testing

@testable import NNIModels

/// Damaged tokenizers: each is a result or an ``InterpretabilityError``, never a crash or a hang.
///
/// 2,000 files; `NNI_FUZZ_COUNT=10000` for more, best in a release build.
@Suite struct TokenizerFuzzTests {
  private static var count: Int {
    ProcessInfo.processInfo.environment["NNI_FUZZ_COUNT"].flatMap { Int($0) } ?? 2_000
  }

  private static let text = "Hello  wörld, it's 123\n[MASK]e\u{301} 한 <s>\u{200B}ﬁ 👩‍🚀"

  /// A fixture with a part of its vocabulary, so that damage hits what surrounds it, too.
  private func small(_ name: String) throws -> Data {
    let url = Fixture.url("tokenizers/\(name)/tokenizer.json")
    var file = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    var model = try #require(file["model"] as? [String: Any])
    if let vocabulary = model["vocab"] as? [String: Int] {
      let kept = vocabulary.filter {
        $0.value < 40 || $0.key.unicodeScalars.count == 1 && $0.value < 90
      }
      model["vocab"] = kept
      if let merges = model["merges"] as? [[String]] {
        model["merges"] = merges.filter { pair in
          pair.count == 2 && kept[pair[0]] != nil && kept[pair[1]] != nil
            && kept[pair[0] + pair[1]] != nil
        }
      }
    } else if let vocabulary = model["vocab"] as? [[Any]] {
      model["vocab"] = Array(vocabulary.prefix(40))
    }
    file["model"] = model
    return try JSONSerialization.data(withJSONObject: file, options: [.sortedKeys])
  }

  @Test func damagedFilesAreReadOrRefused() throws {
    let names = TokenizerTests.names.filter { $0 != "vocabulary" }
    let files = try names.map(small)
    // The small files are whole.
    for file in files { _ = try Tokenizer([UInt8](file), place: "t").tokenized("a") }
    var (read, refused) = (0, 0)
    for round in 0..<Self.count {
      var mutation = Mutation(seed: 17, round: round)
      let original = files[round % files.count]
      let data = [UInt8](mutation.damaged(original, other: files[(round * 7 + 1) % files.count]))
      do {
        let tokenizer =
          round % 20 == 19
          ? try Tokenizer(list: data, place: "vocab.txt") : try Tokenizer(data, place: "t.json")
        let result = try tokenizer.tokenized(Self.text)
        let length = Self.text.unicodeScalars.count
        #expect(result.tokens.allSatisfy { $0.range.upperBound <= length })
        _ = result.words
        read += 1
      } catch let error as InterpretabilityError {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(read > 0 && read + refused == Self.count, "\(read) read, \(refused) refused")
  }

  /// Parts that make a text grow again and again, and words as long as the text.
  @Test func textsDoNotGrowWithoutEnd() throws {
    let double = #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}"#
    let all = Array(repeating: double, count: 60).joined(separator: ",")
    let file =
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Sequence", "normalizers": ["#
      + all + "]}}"
    let error = #expect(throws: InterpretabilityError.self) {
      try Tokenizer(Array(file.utf8), place: "t").tokenized("aaa")
    }
    #expect(error?.message.contains("more than") == true)
    let deep = String(repeating: "[", count: 10_000)
    #expect(throws: InterpretabilityError.self) { try Tokenizer(Array(deep.utf8), place: "t") }
  }
}
