public import Foundation

/// What a path to data names: a folder of idx files, a folder of images, or a table of images.
///
/// ```swift
/// let parts = try DataSource.parts(of: URL(filePath: "fashion-mnist"), spec: model.inputSpec)
/// print(parts.train.count, parts.test.classNames)
/// ```
public enum DataSource {
  /// Opens all parts of it.
  ///
  /// - A folder with idx files, see ``IDXFolder``: `train` is divided into training and validation,
  ///   `t10k` or `test` is the test part. If there is but one data set, that one is divided.
  /// - A folder of which all folders are named `train`, `val`, `validation` or `test`: each of these is
  ///   a folder of images; without `test`, the other one is the test part.
  /// - Another folder, with one folder of images for each class, see
  ///   ``ImageFileDataset/init(folder:spec:classNames:)``: it is divided.
  /// - A file that ends in `.csv`, see ``ImageFileDataset/init(table:spec:classNames:)``: it is divided.
  ///
  /// - Parameters:
  ///   - url: A folder, or a file whose name ends in `.csv`.
  ///   - spec: What the network wants of its input. Images in idx files of that size are left as they
  ///     are but for mean and deviation; all others are resized as photographs are.
  ///   - split: The shares of what is not in parts yet.
  /// - Returns: Parts that share no sample.
  /// - Throws: ``InterpretabilityError`` when there is nothing of that kind, and whatever is wrong in
  ///   it.
  public static func parts(
    of url: URL, spec: InputSpec = InputSpec(), split: DatasetSplit = DatasetSplit()
  ) throws -> DatasetParts {
    guard FolderListing.isFolder(url) else {
      _ = try ModelFile.size(of: url)
      guard url.pathExtension.lowercased() == "csv" else {
        throw InterpretabilityError(
          .invalidFile,
          "\(url.path) is no data: wanted a folder of idx files, a folder with one folder of images "
            + "for each class, or a .csv of paths and labels")
      }
      return try split.parts(of: ImageFileDataset(table: url, spec: spec))
    }
    let idx = try IDXFolder(contentsOf: url)
    return idx.isEmpty
      ? try imageParts(of: url, spec, split) : try idxParts(of: idx, spec, split)
  }

  /// Training and test files, or the one data set that there is.
  private static func idxParts(
    of folder: IDXFolder, _ spec: InputSpec, _ split: DatasetSplit
  ) throws -> DatasetParts {
    func data(_ name: String) throws -> any Dataset {
      try PreparedDataset.of(folder.dataset(named: name), spec)
    }
    if folder.names.count == 1 { return try split.parts(of: data(folder.names[0])) }
    guard folder.names.contains("train"),
      let test = ["test", "t10k"].first(where: folder.names.contains)
    else {
      throw InterpretabilityError(
        .invalidFile,
        "\(folder.url.path) holds the data sets \(folder.names.joined(separator: ", ")); wanted one, "
          + "or train and t10k")
    }
    return try split.parts(of: data("train"), test: data(test))
  }

  /// A folder of classes, or a folder of parts that are such.
  private static func imageParts(
    of url: URL, _ spec: InputSpec, _ split: DatasetSplit
  ) throws -> DatasetParts {
    let folders = try FolderListing.entries(in: url).filter(\.isFolder).map(\.name)
    guard !folders.isEmpty else {
      throw InterpretabilityError(
        .invalidFile,
        "\(url.path) holds neither idx files (NAME-images-idx3-ubyte[.gz]) nor a folder of images "
          + "for each class")
    }
    guard folders.allSatisfy(partNames.contains) else {
      return try split.parts(of: ImageFileDataset(folder: url, spec: spec))
    }
    guard folders.contains("train") else {
      throw InterpretabilityError(
        .invalidFile,
        "\(url.path) holds \(folders.joined(separator: ", ")) and no folder “train”; name the "
          + "folder that holds the classes")
    }
    let train = try ImageFileDataset(folder: url.appending(path: "train"), spec: spec)
    func other(_ name: String) throws -> ImageFileDataset {
      try ImageFileDataset(
        folder: url.appending(path: name), spec: spec, classNames: train.classNames)
    }
    let validation = ["validation", "val"].first(where: folders.contains)
    switch (validation, folders.contains("test")) {
    case (let validation?, true):
      return try .removingShared(train: train, validation: other(validation), test: other("test"))
    case (let validation?, false): return try split.parts(of: train, test: other(validation))
    case (nil, true): return try split.parts(of: train, test: other("test"))
    case (nil, false): return try split.parts(of: train)
    }
  }

  private static let partNames: Set<String> = ["train", "test", "val", "validation"]
}
