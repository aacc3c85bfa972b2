import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Images in folders and in tables, and what a path to data names.
@Suite struct ImageFileDatasetTests {
  private static let spec = InputSpec(size: [4, 6], mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4])
  private static let photographs = ["photo.jpg", "rgb.png", "alpha.png", "photo.webp", "grey.jpg"]

  private static func picture(_ name: String) -> URL { Fixture.url("images/decode/\(name)") }

  /// Two classes, `b` with two images and `a` with one.
  private func makeClasses(in folder: URL) throws {
    for (path, name) in [
      ("b/2.jpg", "photo.jpg"), ("b/1.png", "alpha.png"), ("a/x", "photo.webp"),
    ] {
      let target = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Self.picture(name), to: target)
    }
  }

  private func expectRefusal(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    let error = #expect(throws: InterpretabilityError.self, sourceLocation: sourceLocation) {
      try body()
    }
    #expect(
      error?.message.contains(words) == true, "\(error as Any)", sourceLocation: sourceLocation)
  }

  @Test func aFolderOfClassesIsRead() throws {
    try Fixture.withTemporaryFolder { folder in
      try makeClasses(in: folder)
      try Data("hidden".utf8).write(to: folder.appending(path: "a/.hidden"))
      try Data("beside".utf8).write(to: folder.appending(path: "README"))
      let data = try ImageFileDataset(folder: folder, spec: Self.spec)
      #expect(data.classNames == ["a", "b"] && data.labels == [0, 1, 1])
      #expect(data.files.map(\.lastPathComponent) == ["x", "1.png", "2.jpg"])
      #expect(data.digest.count == 64 && Set(data.sampleDigests).count == 3)
      let inputs = try data.inputs([2, 0])
      let wanted = try ["photo.jpg", "photo.webp"].map {
        try Self.spec.tensor(from: Image(contentsOf: Self.picture($0))).tensor
      }
      try expectClose(inputs, .concatenated(wanted, axis: 0), relative: 0, absolute: 0)
      // Classes of a network, in its order.
      let named = try ImageFileDataset(
        folder: folder, spec: Self.spec, classNames: ["c", "b", "a"])
      #expect(named.labels == [2, 1, 1] && named.classNames == ["c", "b", "a"])
      expectRefusal("“a” is none of the 1 classes") {
        _ = try ImageFileDataset(folder: folder, spec: Self.spec, classNames: ["b"])
      }
    }
  }

  @Test func whatIsNoFolderOfImagesIsRefused() throws {
    try Fixture.withTemporaryFolder { folder in
      func open() throws { _ = try ImageFileDataset(folder: folder, spec: Self.spec) }
      expectRefusal("no folders") { try open() }
      try makeClasses(in: folder)
      expectRefusal("need a size") {
        _ = try ImageFileDataset(folder: folder, spec: InputSpec())
      }
      let wrong = folder.appending(path: "a/notes.txt")
      try Data("no image".utf8).write(to: wrong)
      expectRefusal("a/notes.txt is no JPEG") { try open() }
      try Data().write(to: wrong)
      expectRefusal("a/notes.txt is no JPEG") { try open() }
      try FileManager.default.removeItem(at: wrong)
      let inner = folder.appending(path: "a/inner")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      expectRefusal("a/inner is a folder") { try open() }
      try FileManager.default.moveItem(at: inner, to: folder.appending(path: "empty"))
      expectRefusal("empty is empty") { try open() }
    }
  }

  @Test func aDamagedImageIsNamedWhenItIsRead() throws {
    try Fixture.withTemporaryFolder { folder in
      try makeClasses(in: folder)
      let file = folder.appending(path: "b/2.jpg")
      try Data(contentsOf: file).prefix(300).write(to: file)
      let data = try ImageFileDataset(folder: folder, spec: Self.spec)
      _ = try data.inputs([0, 1])
      expectRefusal("b/2.jpg") { _ = try data.inputs([2]) }
      try FileManager.default.removeItem(at: file)
      expectRefusal("b/2.jpg") { _ = try data.inputs([2]) }
    }
  }

  @Test func aTableIsRead() throws {
    try Fixture.withTemporaryFolder { folder in
      try makeClasses(in: folder)
      let table = folder.appending(path: "list.csv")
      func open(_ text: String, _ names: [String] = []) throws -> ImageFileDataset {
        try Data(text.utf8).write(to: table)
        return try ImageFileDataset(table: table, spec: Self.spec, classNames: names)
      }
      let absolute = Self.picture("photo.jpg").path
      let named = try open("note,label,path\n,dog,b/1.png\n\"x,y\",cat,a/x\n,dog,\(absolute)\n")
      #expect(named.labels == [1, 0, 1] && named.classNames == ["cat", "dog"])
      try expectClose(
        named.inputs([2]),
        Self.spec.tensor(from: Image(contentsOf: Self.picture("photo.jpg"))).tensor,
        relative: 0, absolute: 0)
      let numbered = try open("path,label\nb/1.png,4\na/x,0\n")
      #expect(numbered.labels == [4, 0] && numbered.classNames.isEmpty && numbered.classCount == 5)
      #expect(try open("path,label\na/x,dog\n", ["cat", "dog"]).labels == [1])

      for (text, words, names) in [
        ("path,class\na/x,1\n", "no column “label”", []), ("path,label\n", "lists no images", []),
        ("path,label\na/x,\n", "line 2: wanted a path and a label", []),
        ("path,label\na/x,1\n\nb/1.png,-1\n", "line 4: the label -1", []),
        ("path,label\na/x,99999999\n", "line 2: the label 99999999", []),
        ("path,label\na/x,2\n", "line 2: the label 2 is outside 0 to 1", ["cat", "dog"]),
        ("path,label\na/x,dgo\n", "did you mean dog", ["cat", "dog"]),
        ("path,label\nnone.jpg,1\n", "none.jpg does not exist", []),
        ("path,label\nlist.csv,1\n", "list.csv is no JPEG", []),
        ("path,label\na,1\n", "is a folder", []),
      ] as [(String, String, [String])] {
        expectRefusal(words) { _ = try open(text, names) }
      }
    }
  }

  @Test func twinsAreFoundByTheirFiles() throws {
    try Fixture.withTemporaryFolder { folder in
      try makeClasses(in: folder)
      try FileManager.default.copyItem(
        at: folder.appending(path: "b/1.png"), to: folder.appending(path: "a/twin.png"))
      let data = try ImageFileDataset(folder: folder, spec: Self.spec)
      #expect(try data.repetitions() == [SampleOverlap(position: 2, other: 0)])
      let part = DatasetSelection(data, [3, 2])
      #expect(
        try part.overlap(with: data) == [
          SampleOverlap(position: 0, other: 3), SampleOverlap(position: 1, other: 0),
        ])
    }
  }

  @Test func aPathNamesItsData() throws {
    try Fixture.withTemporaryFolder { folder in
      let split = DatasetSplit(validation: 0, test: 0.34, seed: 1)
      func parts(_ path: String) throws -> DatasetParts {
        try DataSource.parts(of: folder.appending(path: path), spec: Self.spec, split: split)
      }
      try makeClasses(in: folder.appending(path: "classes"))
      let classes = try parts("classes")
      #expect(classes.train.count == 2 && classes.test.count == 1)
      try makeClasses(in: folder.appending(path: "parts/train"))
      try FileManager.default.createDirectory(
        at: folder.appending(path: "parts/val/b"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Self.picture("grey.jpg"), to: folder.appending(path: "parts/val/b/g.jpg"))
      let given = try parts("parts")
      #expect(given.train.count == 3 && given.test.labels == [1])
      try Data("path,label\nclasses/a/x,0\nclasses/b/1.png,1\nclasses/b/2.jpg,1\n".utf8)
        .write(to: folder.appending(path: "list.csv"))
      #expect(try parts("list.csv").train.count == 2)

      let (train, test) = (IDXWriter.pair(20), IDXWriter.pair(5, height: 4, width: 3))
      let idx = folder.appending(path: "idx")
      try FileManager.default.createDirectory(at: idx, withIntermediateDirectories: true)
      try train.images.write(to: idx.appending(path: "train-images-idx3-ubyte"))
      try train.labels.write(to: idx.appending(path: "train-labels-idx1-ubyte"))
      let alone = try DataSource.parts(of: idx, split: split)
      #expect(alone.train.count == 13 && alone.test.count == 7)
      try test.images.write(to: idx.appending(path: "t10k-images-idx3-ubyte"))
      try test.labels.write(to: idx.appending(path: "t10k-labels-idx1-ubyte"))
      let both = try DataSource.parts(of: idx, split: split)
      // The five test images are the first five for training, which lose them.
      #expect(both.test.count == 5 && both.train.count == 15 && both.removed == 5)
      // For a network that wants colours of another size, they are made such.
      #expect(try parts("idx").train.inputs([1]).shape == [1, 3, 4, 6])

      try FileManager.default.createDirectory(
        at: folder.appending(path: "none"), withIntermediateDirectories: true)
      for (path, words) in [
        ("nowhere", "does not exist"), ("none", "neither idx files"), ("classes/a/x", "is no data"),
      ] {
        expectRefusal(words) { _ = try parts(path) }
      }
      try FileManager.default.removeItem(at: folder.appending(path: "parts/train"))
      expectRefusal("no folder “train”") { _ = try parts("parts") }
    }
  }

  @Test func imagesInMemoryArePreparedAsPhotographs() throws {
    let bytes = (0..<(2 * 3 * 5)).map { UInt8($0 * 8) }
    let data = try TensorDataset(Tensor(bytes, shape: [2, 1, 3, 5]), labels: [0, 1])
    let plain = try PreparedDataset.of(data, InputSpec(size: [3, 5], channels: .grey))
    #expect(plain is TensorDataset)
    let prepared = try PreparedDataset.of(data, Self.spec)
    let image = try Image(width: 5, height: 3, layout: .grey, pixels: Array(bytes.suffix(15)))
    try expectClose(
      prepared.inputs([1]), Self.spec.tensor(from: image).tensor, relative: 0, absolute: 0)
    #expect(throws: InterpretabilityError.self) { try PreparedDataset(data, spec: InputSpec()) }
  }
}
