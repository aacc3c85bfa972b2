public import Foundation

/// A folder of data sets in idx files, such as MNIST, Fashion-MNIST and notMNIST are published.
///
/// A data set is a pair of files, `NAME-images-idx3-ubyte` and `NAME-labels-idx1-ubyte`, each with `.gz`
/// at its end or not, and `.` instead of the `-` before `idx` if it was unpacked so. `train` and `t10k`
/// are the usual names.
///
/// Classes are named by the lines of a file `classes.txt` in the folder; without one, by the folder's
/// name if it holds `fashion` or `notmnist`.
public struct IDXFolder: Sendable {
  /// The folder.
  public let url: URL
  /// The names of the data sets in it, sorted, such as `t10k` and `train`.
  public let names: [String]
  /// The names of the classes by label; empty when nothing tells them.
  public let classNames: [String]
  private let images: [String: URL]
  private let labels: [String: URL]

  /// Looks into a folder.
  ///
  /// - Throws: ``InterpretabilityError`` when it cannot be read, has images without labels, or has a
  ///   file twice, packed and unpacked.
  public init(contentsOf url: URL) throws {
    self.url = url
    let files = try FolderListing.files(in: url)
    images = try Self.found(files, kind: "images", axes: 3, in: url)
    labels = try Self.found(files, kind: "labels", axes: 1, in: url)
    names = images.keys.sorted()
    for name in names where labels[name] == nil {
      throw InterpretabilityError(
        .invalidFile,
        "\(url.path) holds \(images[name]?.lastPathComponent ?? name) but no "
          + "\(name)-labels-idx1-ubyte or \(name)-labels-idx1-ubyte.gz; put it there")
    }
    classNames = try Self.classNames(of: url, files)
  }

  /// Whether there is any data set in it.
  public var isEmpty: Bool { names.isEmpty }

  /// Reads one of the data sets.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none of that name, and whatever is wrong in its
  ///   files.
  public func dataset(named name: String) throws -> TensorDataset {
    guard let images = images[name], let labels = labels[name] else {
      throw InterpretabilityError(
        .invalidOption,
        isEmpty
          ? "\(url.path) holds no idx files such as train-images-idx3-ubyte.gz"
          : "\(url.path) holds no data set “\(name)”; there are \(names.joined(separator: ", "))")
    }
    return try TensorDataset(images: images, labels: labels, classNames: classNames)
  }

  /// The files of a kind by the names of their data sets.
  private static func found(
    _ files: [String], kind: String, axes: Int, in folder: URL
  ) throws -> [String: URL] {
    var result: [String: URL] = [:]
    for file in files {
      let plain = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
      let endings = ["-", "."].map { "-\(kind)\($0)idx\(axes)-ubyte" }
      guard let ending = endings.first(where: plain.hasSuffix) else { continue }
      let name = String(plain.dropLast(ending.count))
      if let other = result[name] {
        throw InterpretabilityError(
          .invalidFile,
          "\(folder.path) holds both \(other.lastPathComponent) and \(file); remove one")
      }
      result[name] = folder.appending(path: file)
    }
    return result
  }

  private static func classNames(of folder: URL, _ files: [String]) throws -> [String] {
    if files.contains("classes.txt") {
      return try ClassNamesFile.names(in: folder.appending(path: "classes.txt"))
    }
    let name = folder.standardizedFileURL.lastPathComponent.lowercased()
    if name.contains("fashion") { return fashionNames }
    return name.contains("notmnist") || name.contains("not_mnist") || name.contains("not-mnist")
      ? "ABCDEFGHIJ".map(String.init) : []
  }

  /// Fashion-MNIST's classes.
  ///
  /// - Reference: Xiao et al. 2017, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
  ///   Learning Algorithms*, table 2 (`xiao2017fashion`).
  private static let fashionNames = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]
}
