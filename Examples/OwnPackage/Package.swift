// swift-tools-version:6.2
import PackageDescription

// A method, a rule, a layer and a metric of one's own, in a package of one's own, and `nni` with all of them:
//
//   swift run own-nni methods
//
// Somebody else's package names the repository's address instead of `path`.
let package = Package(
  name: "OwnPackage",
  platforms: [.macOS(.v15)],
  products: [.library(name: "OwnExplanations", targets: ["OwnExplanations"])],
  dependencies: [.package(name: "NNInterpretability", path: "../..")],
  targets: [
    .target(
      name: "OwnExplanations",
      dependencies: [.product(name: "NNInterpretability", package: "NNInterpretability")]),
    .executableTarget(
      name: "own-nni",
      dependencies: [
        "OwnExplanations",
        .product(name: "NNICommands", package: "NNInterpretability"),
        .product(name: "NNIShipped", package: "NNInterpretability"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
