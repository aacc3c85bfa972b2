// swift-tools-version:6.2
import PackageDescription

// The library's side of the comparison with its peers; `./run` builds it.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "NNInterpretability", path: "..")],
  targets: [
    .executableTarget(
      name: "BenchmarkWorker",
      dependencies: [.product(name: "NNInterpretability", package: "NNInterpretability")],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
      ])
  ],
  swiftLanguageModes: [.v6]
)
