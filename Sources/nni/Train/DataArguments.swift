import ArgumentParser
import Foundation
import NNIShipped
import NNInterpretability

/// The data that a command works on.
struct DataArguments: ParsableArguments {
  @Option(
    help: """
      A folder of idx files (MNIST), a folder with one folder of images for each class, or a .csv with \
      the columns path and label; by default the 5,000 shipped digits.
      """, completion: .file())
  var data: String?

  @Option(help: "The share that settings are chosen by, 0 to 1.")
  var validationShare: Double = DatasetSplit().validation

  @Option(help: "The share that is judged on, 0 to 1, of data that has no test part of its own.")
  var testShare: Double = DatasetSplit().test

  @Option(help: "Decides which samples these are.")
  var splitSeed: UInt64 = DatasetSplit().seed

  /// Opens all parts, as inputs that `spec` describes.
  func parts(for spec: InputSpec = InputSpec()) throws -> DatasetParts {
    let split = DatasetSplit(validation: validationShare, test: testShare, seed: splitSeed)
    guard let data else {
      return try split.parts(of: PreparedDataset.of(Shipped.digits(), spec))
    }
    return try DataSource.parts(of: URL(filePath: data), spec: spec, split: split)
  }

  /// The options, where they are not the defaults, as they are written.
  var text: [String] {
    let standard = DatasetSplit()
    return (data.map { ["--data \(CommandText.quoted($0))"] } ?? [])
      + (validationShare == standard.validation ? [] : ["--validation-share \(validationShare)"])
      + (testShare == standard.test ? [] : ["--test-share \(testShare)"])
      + (splitSeed == standard.seed ? [] : ["--split-seed \(splitSeed)"])
  }
}
