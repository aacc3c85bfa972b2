public import Foundation

extension TensorDataset {
  /// The images and labels of two idx files, `[N, 1, H, W]` in bytes.
  ///
  /// - Parameters:
  ///   - images: A file of three axes: samples, rows, columns; gzipped or not.
  ///   - labels: A file of one axis.
  ///   - classNames: The names of the classes by label; empty when they have none.
  /// - Throws: ``InterpretabilityError`` that names the file that is wrong, when their counts differ,
  ///   and when a label has no name.
  public init(images: URL, labels: URL, classNames: [String] = []) throws {
    try self.init(
      images: IDXFile(contentsOf: images), named: images.lastPathComponent,
      labels: IDXFile(contentsOf: labels), named: labels.lastPathComponent, classNames: classNames)
  }

  /// The images and labels of two idx files that are open.
  ///
  /// The digest is that of both files, see ``FilesDigest``.
  ///
  /// - Throws: ``InterpretabilityError`` as for files that are not.
  public init(
    images: IDXFile, named imagesName: String, labels: IDXFile, named labelsName: String,
    classNames: [String] = []
  ) throws {
    guard images.shape.count == 3, images.shape[1] > 0, images.shape[2] > 0 else {
      throw InterpretabilityError(
        .invalidFile,
        "\(imagesName) has the shape \(images.shape); wanted images, [samples, rows, columns]")
    }
    guard labels.shape.count == 1 else {
      throw InterpretabilityError(
        .invalidFile, "\(labelsName) has the shape \(labels.shape); wanted labels, [samples]")
    }
    guard images.shape[0] == labels.shape[0] else {
      throw InterpretabilityError(
        .invalidFile,
        "\(imagesName) holds \(images.shape[0]) images and \(labelsName) \(labels.shape[0]) labels; "
          + "they do not belong together")
    }
    guard images.shape[0] > 0 else {
      throw InterpretabilityError(.invalidFile, "\(imagesName) holds no images")
    }
    let numbers = labels.bytes.map(Int.init)
    if !classNames.isEmpty, let wrong = numbers.firstIndex(where: { $0 >= classNames.count }) {
      throw InterpretabilityError(
        .invalidFile,
        "\(labelsName): label \(wrong) is \(numbers[wrong]), but there are \(classNames.count) "
          + "classes, from 0 to \(classNames.count - 1)")
    }
    var digest = FilesDigest()
    digest.add(imagesName, digest: images.digest)
    digest.add(labelsName, digest: labels.digest)
    try self.init(
      images.tensor().unsqueezed(1), labels: numbers, classNames: classNames, digest: digest.value)
  }
}
