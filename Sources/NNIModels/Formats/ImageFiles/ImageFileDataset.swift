public import Foundation

/// Labelled image files, each read when it is asked for.
///
/// They lie in one folder for each class (``init(folder:spec:classNames:)``) or are listed in a table
/// (``init(table:spec:classNames:)``). Opening reads every file once, for the digest and to see that it
/// begins as an image does; inputs are made as those of a photograph, ``InputSpec/tensor(from:)``.
public struct ImageFileDataset: IdentifiedSamples {
  /// The files, in the order of the samples.
  public let files: [URL]
  public let labels: [Int]
  public let classNames: [String]
  public let digest: String
  /// The SHA-256 of each file.
  public let sampleDigests: [String]
  /// How an image becomes an input.
  public let spec: InputSpec

  /// The images in a folder that has one folder for each class.
  ///
  /// Classes and files are sorted by their names; hidden files are left out, and so are files beside
  /// the folders.
  ///
  /// - Parameters:
  ///   - folder: Holds a folder for each class.
  ///   - spec: How an image becomes an input; must state a size.
  ///   - classNames: The classes by label, if the network's are to be used; then each folder's name must
  ///     be one of them. By default the sorted names of the folders.
  /// - Throws: ``InterpretabilityError`` that names the folder that is empty, the file that is no image,
  ///   or the class that is unknown.
  public init(folder: URL, spec: InputSpec, classNames: [String] = []) throws {
    let classes = try FolderListing.entries(in: folder).filter(\.isFolder).map(\.name)
    guard !classes.isEmpty else {
      throw InterpretabilityError(
        .invalidFile, "\(folder.path) holds no folders; wanted one with images for each class")
    }
    let numbers = try TableLabels.numbers(of: classes, among: classNames, in: folder.path)
    var samples: [(path: String, label: Int)] = []
    for name in classes {
      let place = folder.appending(path: name)
      let entries = try FolderListing.entries(in: place)
      guard !entries.isEmpty else {
        throw InterpretabilityError(
          .invalidFile, "\(place.path) is empty; remove it, or put images of “\(name)” there")
      }
      if let inner = entries.first(where: \.isFolder) {
        throw InterpretabilityError(
          .invalidFile,
          "\(place.appending(path: inner.name).path) is a folder; wanted images in the folder of a "
            + "class")
      }
      samples += entries.map { ("\(name)/\($0.name)", numbers[name, default: 0]) }
    }
    try self.init(
      samples, in: folder, spec: spec, classNames: classNames.isEmpty ? classes : classNames)
  }

  /// The images that a table lists: CSV with a header that names the columns `path` and `label`.
  ///
  /// Paths are relative to the table's folder. Labels are whole numbers, or else names of classes.
  /// Other columns are left alone.
  ///
  /// - Parameters:
  ///   - table: UTF-8 text as RFC 4180 describes it, see ``CSVTable``.
  ///   - spec: How an image becomes an input; must state a size.
  ///   - classNames: The classes by label, if the network's are to be used. By default the sorted names
  ///     in the table, and none if labels are numbers.
  /// - Throws: ``InterpretabilityError`` that names the line that is wrong, or the file that is missing
  ///   or no image.
  public init(table: URL, spec: InputSpec, classNames: [String] = []) throws {
    let place = table.lastPathComponent
    let csv = try CSVTable(contentsOf: table)
    let (paths, labels) = try (csv.column("path"), csv.column("label"))
    guard !paths.isEmpty else {
      throw InterpretabilityError(.invalidFile, "\(place) lists no images")
    }
    for (row, (path, label)) in zip(paths, labels).enumerated()
    where path.isEmpty || label.isEmpty || path.contains("\0") {
      throw InterpretabilityError(
        .invalidFile,
        "\(place), line \(csv.line(ofRow: row)): wanted a path and a label, found “\(path)” and "
          + "“\(label)”")
    }
    let (numbers, names) = try TableLabels.numbers(labels, classNames, csv, place)
    try self.init(
      Array(zip(paths, numbers)), in: table.deletingLastPathComponent(), spec: spec,
      classNames: names)
  }

  public func inputs(_ indices: [Int]) throws -> Tensor {
    try .concatenated(
      indices.map { index in
        do {
          return try spec.tensor(from: Image(contentsOf: files[index])).tensor
        } catch let error as ImageError {
          throw InterpretabilityError(.invalidFile, error.description)
        }
      }, axis: 0)
  }

  private init(
    _ samples: [(path: String, label: Int)], in folder: URL, spec: InputSpec, classNames: [String]
  ) throws {
    guard spec.size.count == 2 else {
      throw InterpretabilityError(
        .invalidOption,
        "the images in \(folder.path) need a size, and the model does not state one; put "
          + "{\"size\": [224, 224]} into a JSON file beside the model")
    }
    files = samples.map { path, _ in
      path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
    }
    labels = samples.map(\.label)
    self.classNames = classNames
    self.spec = spec
    sampleDigests = try files.map(Self.digest)
    var digest = FilesDigest()
    for (sample, own) in zip(samples, sampleDigests) { digest.add(sample.path, digest: own) }
    self.digest = digest.value
  }
}

extension ImageFileDataset {
  /// The SHA-256 of an image file.
  ///
  /// - Throws: ``InterpretabilityError`` when it does not begin as a JPEG, PNG or WebP does.
  private static func digest(of file: URL) throws -> String {
    guard try ModelFile.size(of: file) <= Image.fileSizeLimit else {
      throw InterpretabilityError(
        .invalidFile, "\(file.path) is larger than \(Image.fileSizeLimit) bytes; scale it down")
    }
    let data = try ModelFile.mapped(file)
    let beginning = [UInt8](data.prefix(12))
    let isWebP =
      beginning.starts(with: Array("RIFF".utf8))
      && beginning.dropFirst(8).elementsEqual("WEBP".utf8)
    guard
      beginning.starts(with: [0xFF, 0xD8, 0xFF])
        || beginning.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) || isWebP
    else {
      throw InterpretabilityError(
        .invalidFile, "\(file.path) is no JPEG, PNG or WebP; remove it or convert it")
    }
    return SHA256.hexDigest(of: data)
  }
}
