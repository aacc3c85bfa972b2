// swift-tools-version:6.2
// 6.2: from this version on a dependency may carry unsafe flags, which `LIBTORCH` needs.
import PackageDescription

// libtorch: the system's package, or an unpacked libtorch (a Python `torch` folder is one too).
let libtorch = Context.environment["LIBTORCH"]

// libtorch's headers include each other by operator, too: those of all operators take seconds in each file.
let torchHeaders: [CXXSetting] =
  [.define("AT_PER_OPERATOR_HEADERS")]
  + (libtorch.map {
    [
      .unsafeFlags([
        "-isystem", "\($0)/include", "-isystem", "\($0)/include/torch/csrc/api/include",
      ])
    ]
  } ?? [])

#if os(macOS)
let librarySuffix = "dylib"
#else
let librarySuffix = "so"
#endif

// Another libtorch is linked by its path: the system's may lie in a folder that is searched first.
let torchLibraries: [LinkerSetting] =
  (libtorch.map { folder in
    ["torch_cpu", "c10"].map {
      .unsafeFlags(["-Xlinker", "\(folder)/lib/lib\($0).\(librarySuffix)"])
    } + [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "\(folder)/lib"])]
  } ?? [.linkedLibrary("torch_cpu"), .linkedLibrary("c10")]) + [.linkedLibrary("stdc++")]

// oneDNN has convolutions that libtorch does not ask for; the system's libtorch is linked with it, too.
#if os(Linux)
let convolutionLibraries: [LinkerSetting] = libtorch == nil ? [.linkedLibrary("dnnl")] : []
#else
let convolutionLibraries: [LinkerSetting] = []
#endif

// Where Scripts/skip-unused.sh puts what the system's libtorch names and does not use. An old-style path:
// only that is searched for the libraries of libraries.
let unusedLibraries: [LinkerSetting] =
  libtorch == nil
  ? [
    .unsafeFlags(
      ["--disable-new-dtags", "-rpath", "$ORIGIN/unused"].flatMap { ["-Xlinker", $0] },
      .when(platforms: [.linux]))
  ] : []

// One program for each topic, each a folder of Examples with a main.swift.
let lessons = [
  ("ActivationMaximizationLesson", "01-ActivationMaximization"),
  ("DeepDreamLesson", "02-DeepDream"),
  ("SaliencyLesson", "03-Saliency"),
  ("DeconvolutionLesson", "04-Deconvolution"),
  ("OcclusionLesson", "05-Occlusion"),
  ("BackpropagationLesson", "06-Backpropagation"),
  ("TaylorLesson", "07-Taylor"),
  ("RelevanceLesson", "08-1-Relevance"),
  ("TransposedRelevanceLesson", "08-2-TransposedRelevance"),
  ("DeepLIFTLesson", "09-DeepLIFT"),
  ("ClassActivationLesson", "10-1-ClassActivation"),
  ("GradCAMLesson", "10-2-GradCAM"),
  ("DropoutLesson", "11-Dropout"),
  ("EvidenceLesson", "12-Evidence"),
  ("UncertainDeepLIFTLesson", "13-UncertainDeepLIFT"),
  ("DemonstrationLesson", "14-Demonstration"),
  ("VisionTransformerLesson", "15-VisionTransformer"),
  ("TextLesson", "16-Text"),
]

let package = Package(
  name: "NNInterpretability",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "NNInterpretability", targets: ["NNInterpretability"]),
    .library(name: "NNIReports", targets: ["NNIReports"]),
    .library(name: "NNIShipped", targets: ["NNIShipped"]),
    .library(name: "NNICommands", targets: ["NNICommands"]),
    .executable(name: "nni", targets: ["nni"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // What the operating system allows and takes away.
    .target(name: "CSystem"),

    // The engine: libtorch behind a C header, and `Tensor` over it.
    .target(
      name: "CTorch", dependencies: ["CSystem"], cxxSettings: torchHeaders,
      linkerSettings: torchLibraries + convolutionLibraries),
    .target(name: "TorchTensor", dependencies: ["CTorch", "CSystem"]),

    // Photographs: libvips behind a C header, and `Image` over it.
    .systemLibrary(
      name: "CVipsSystem", pkgConfig: "vips",
      providers: [.apt(["libvips-dev"]), .brew(["vips"])]),
    .target(name: "CVips", dependencies: ["CVipsSystem", "CSystem"]),
    .target(name: "NNIImages", dependencies: ["CVips", "CSystem"]),

    // Compressed data sets: zlib, which libvips' headers bring along.
    .systemLibrary(
      name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    // The library, from the ground up; Sources/README.md says what each module is for. A module sees what
    // stands in its line and what that is built on, and nothing else.
    .target(name: "NNIGraph", dependencies: ["TorchTensor"], plugins: ["CatalogPlugin"]),
    .target(
      name: "NNIModels",
      dependencies: [
        "NNIGraph", "NNIImages", "CSystem", "CZlib",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Formats/ONNX/onnx.proto"], plugins: ["CatalogPlugin"]),
    .target(name: "NNIMethods", dependencies: ["NNIModels"], plugins: ["CatalogPlugin"]),
    .target(name: "NNIUncertainty", dependencies: ["NNIMethods"]),
    .target(name: "NNIVisualization", dependencies: ["NNIMethods"]),
    .target(name: "NNITraining", dependencies: ["NNIMethods"], plugins: ["CatalogPlugin"]),
    .target(
      name: "NNInterpretability",
      dependencies: ["NNITraining", "NNIUncertainty", "NNIVisualization"]),
    .target(
      name: "NNIReports", dependencies: ["NNITraining", "NNIUncertainty", "NNIImages", "CZlib"],
      resources: [.embedInCode("Resources")]),
    .target(
      name: "NNIShipped", dependencies: ["NNIModels"], resources: [.copy("Resources")]),
    // The command line: a library, so that a package with methods of its own can have its own `nni`.
    .target(
      name: "NNICommands",
      dependencies: [
        "NNInterpretability", "NNIReports", "NNIShipped", "CSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Sources/nni", exclude: ["Main"]),
    .executableTarget(
      name: "nni", dependencies: ["NNICommands"], path: "Sources/nni/Main",
      linkerSettings: unusedLibraries),
    .plugin(name: "CatalogPlugin", capability: .buildTool()),
    .plugin(name: "ExamplesPlugin", capability: .buildTool()),

    // A test target for each module, which sees no more than the module does: an edit above it builds
    // nothing of it again.
    .target(name: "NNITestSupport", dependencies: ["NNIModels"], path: "Tests/NNITestSupport"),
    .testTarget(name: "CSystemTests", dependencies: ["CSystem"]),
    .testTarget(name: "TorchTensorTests", dependencies: ["TorchTensor"]),
    .testTarget(name: "NNIImagesTests", dependencies: ["NNIImages"]),
    .testTarget(name: "NNIGraphTests", dependencies: ["NNIModels", "NNITestSupport"]),
    .testTarget(
      name: "NNIModelsTests", dependencies: ["NNIModels", "NNIMethods", "NNITestSupport", "CZlib"]),
    .testTarget(name: "NNIMethodsTests", dependencies: ["NNIMethods", "NNITestSupport"]),
    .testTarget(name: "NNIUncertaintyTests", dependencies: ["NNIUncertainty", "NNITestSupport"]),
    .testTarget(
      name: "NNIVisualizationTests",
      dependencies: ["NNIVisualization", "NNIUncertainty", "NNITestSupport"]),
    .testTarget(name: "NNITrainingTests", dependencies: ["NNITraining", "NNITestSupport"]),
    .testTarget(
      name: "NNInterpretabilityTests", dependencies: ["NNInterpretability", "NNITestSupport"]),
    .testTarget(
      name: "NNIShippedTests", dependencies: ["NNIShipped", "NNInterpretability", "NNITestSupport"]),
    .testTarget(
      name: "NNIReportsTests", dependencies: ["NNIReports", "NNInterpretability", "NNITestSupport"]),
    // The articles' examples, made by the plugin into functions.
    .testTarget(
      name: "DocumentationTests",
      dependencies: ["NNInterpretability", "NNIReports", "NNIShipped", "NNIImages", "TorchTensor"],
      plugins: ["ExamplesPlugin"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "nni", "NNICommands", "NNIShipped", "NNITestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // The lessons, what they share, and the program that runs them all.
    .target(
      name: "LessonSupport", dependencies: ["NNInterpretability", "NNIReports", "NNIShipped"],
      path: "Examples/Support"),
    .executableTarget(
      name: "Gallery", dependencies: ["LessonSupport"], path: "Examples/Gallery",
      linkerSettings: unusedLibraries),
    .testTarget(
      name: "LessonTests",
      dependencies: [
        "LessonSupport", "NNIReports", "NNITestSupport", "NNInterpretability",
        "EvidenceLesson",
        "SaliencyLesson",
        "TransposedRelevanceLesson",
      ]),
  ]
    + lessons.map { name, folder in
      .executableTarget(
        name: name,
        dependencies: ["LessonSupport", "NNInterpretability", "NNIReports", "NNIShipped"],
        path: "Examples/\(folder)", linkerSettings: unusedLibraries)
    },
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17  // libtorch 1.13's headers do not compile as C++20
)

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  guard !["CTorch", "CVips", "CSystem"].contains(target.name) else { continue }
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
  if target.name == "TorchTensor" { target.swiftSettings?.append(.strictMemorySafety()) }
}
