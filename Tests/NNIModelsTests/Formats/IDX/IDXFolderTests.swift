import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Pairs of files in a folder.
@Suite struct IDXFolderTests {
  private func write(_ files: [String: Data], to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, data) in files { try data.write(to: folder.appending(path: name)) }
  }

  @Test func findsPairsPackedOrNot() throws {
    try Fixture.withTemporaryFolder { folder in
      let (train, test) = (IDXWriter.pair(7), IDXWriter.pair(3))
      try write(
        [
          "train-images-idx3-ubyte": train.images, "train-labels.idx1-ubyte": train.labels,
          "t10k-images-idx3-ubyte.gz": IDXWriter.gzipped(test.images),
          "t10k-labels-idx1-ubyte.gz": IDXWriter.gzipped(test.labels), "readme.txt": Data(),
        ], to: folder)
      let found = try IDXFolder(contentsOf: folder)
      #expect(found.names == ["t10k", "train"])
      let data = try found.dataset(named: "train")
      #expect(data.values.shape == [7, 1, 4, 3] && data.labels == [0, 1, 2, 0, 1, 2, 0])
      #expect(data.classNames.isEmpty)
      let inputs = try data.inputs([6, 0])
      #expect(inputs.dtype == .float32 && inputs.shape == [2, 1, 4, 3])
      expectClose(
        try inputs.doubles(), (Array(72..<84) + Array(0..<12)).map { Double($0) / 255 },
        relative: 1e-7)
      let error = #expect(throws: InterpretabilityError.self) { try found.dataset(named: "val") }
      #expect(error?.message.contains("t10k, train") == true)
    }
  }

  /// The digest is what `sha256sum IMAGES LABELS | sha256sum` prints.
  @Test func theDigestIsThatOfTheFiles() throws {
    try Fixture.withTemporaryFolder { folder in
      try write(
        [
          "a-images-idx3-ubyte": Data([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 42]),
          "a-labels-idx1-ubyte": Data([0, 0, 8, 1, 0, 0, 0, 1, 3]),
        ], to: folder)
      let data = try IDXFolder(contentsOf: folder).dataset(named: "a")
      #expect(
        data.digest == "9419fa6d89698beaa9011c046b25d8442bab5be1d0aaaf8f4f5284fa042cf5de")
    }
  }

  @Test func classesAreNamedByTheFolderOrAFile() throws {
    try Fixture.withTemporaryFolder { folder in
      let pair = IDXWriter.pair(4)
      let files = ["t10k-images-idx3-ubyte": pair.images, "t10k-labels-idx1-ubyte": pair.labels]
      for (name, first) in [
        ("Fashion-MNIST", "T-shirt/top"), ("fashion_mnist_t10k", "T-shirt/top"), ("notMNIST", "A"),
      ] {
        let place = folder.appending(path: name)
        try write(files, to: place)
        let names = try IDXFolder(contentsOf: place).dataset(named: "t10k").classNames
        #expect(names.count == 10 && names[0] == first)
      }
      let place = folder.appending(path: "fashion-of-mine")
      try write(files.merging(["classes.txt": Data("cat\ndog\r\nbird\n\n".utf8)]) { $1 }, to: place)
      #expect(try IDXFolder(contentsOf: place).classNames == ["cat", "dog", "bird"])
      for (text, words) in [
        ("cat\ndog\n", "label 2 is 2"), ("", "no class names"), ("a\n\nb", "line 2"),
      ] {
        try write(["classes.txt": Data(text.utf8)], to: place)
        let error = #expect(throws: InterpretabilityError.self) {
          try IDXFolder(contentsOf: place).dataset(named: "t10k")
        }
        #expect(error?.message.contains(words) == true, "\(error as Any)")
      }
      try write(["classes.txt": Data([0xFF, 0xFE, 0x00])], to: place)
      #expect(throws: InterpretabilityError.self) { try IDXFolder(contentsOf: place) }
    }
  }

  @Test func whatDoesNotBelongTogetherIsRefused() throws {
    let (four, five) = (IDXWriter.pair(4), IDXWriter.pair(5))
    let cases: [([String: Data], String)] = [
      (["a-images-idx3-ubyte": four.images], "a-labels-idx1-ubyte"),
      (
        ["a-images-idx3-ubyte": four.images, "a-labels-idx1-ubyte": five.labels],
        "4 images and a-labels-idx1-ubyte 5 labels"
      ),
      (
        ["a-images-idx3-ubyte": four.labels, "a-labels-idx1-ubyte": four.labels],
        "wanted images"
      ),
      (
        ["a-images-idx3-ubyte": four.images, "a-labels-idx1-ubyte": four.images],
        "wanted labels"
      ),
      (
        [
          "a-images-idx3-ubyte": four.images,
          "a-images-idx3-ubyte.gz": IDXWriter.gzipped(four.images),
          "a-labels-idx1-ubyte": four.labels,
        ], "holds both"
      ),
      (
        [
          "a-images-idx3-ubyte": IDXWriter.file([0, 4, 3], []),
          "a-labels-idx1-ubyte": IDXWriter.file([0], []),
        ],
        "holds no images"
      ),
      (
        [
          "a-images-idx3-ubyte": IDXWriter.file([2, 0, 3], []),
          "a-labels-idx1-ubyte": IDXWriter.file([2], [1, 1]),
        ],
        "wanted images"
      ),
    ]
    for (files, words) in cases {
      try Fixture.withTemporaryFolder { folder in
        try write(files, to: folder)
        let error = #expect(throws: InterpretabilityError.self) {
          try IDXFolder(contentsOf: folder).dataset(named: "a")
        }
        #expect(error?.message.contains(words) == true, "\(error as Any)")
      }
    }
    let error = #expect(throws: InterpretabilityError.self) {
      try IDXFolder(contentsOf: URL(filePath: "/nowhere/at/all"))
    }
    #expect(error?.message.contains("/nowhere/at/all") == true)
  }
}
