public import ArgumentParser
public import NNInterpretability

/// How a command computes.
struct ComputationArguments: ParsableArguments {
  @Option(help: "The element type of the computation: float32 or float64.")
  var dtype: Precision = .float32

  @Option(
    help: "Kernels of convolutions: automatic (the fastest; to about 1e-6) or direct (plain sums).")
  var convolution: ConvolutionAlgorithm = .automatic

  @Option(
    help: """
      Numbers that layers multiply in: full, or bfloat16 (faster on processors with AVX512_BF16 or AMX; maps differ by \
      some hundredths).
      """)
  var precision: ProductPrecision = .full

  @Option(help: "How much memory to hold, such as 2GB; by default half of what is free.")
  var memory: MemoryBudget?

  @Option(
    help: "How many threads one operator may use; at most, and by default, as there are processors."
  )
  var threads: Int?

  @Flag(
    help: """
      Give maps that cannot be right, with a warning, instead of ending: those that arithmetic has spoilt, and those \
      that miss what their method promises.
      """)
  var unchecked = false

  mutating func validate() throws {
    threads = try ThreadCount.checked(threads, most: Torch.processorCount)
    guard precision == .full || dtype == .float32 else {
      throw ValidationError(
        "--precision bfloat16 rounds float32 numbers; leave --dtype float64 or --precision out")
    }
    guard precision.isAvailable else {
      throw ValidationError(
        "this processor does not multiply bfloat16 numbers, which takes AVX512_BF16 or AMX; leave --precision out"
      )
    }
  }

  /// The options, where they are not the defaults, as they are written.
  var text: [String] {
    (dtype == .float32 ? [] : ["--dtype \(dtype.rawValue)"])
      + (convolution == .automatic ? [] : ["--convolution \(convolution.rawValue)"])
      + (precision == .full ? [] : ["--precision \(precision.rawValue)"])
      + (unchecked ? ["--unchecked"] : [])
  }

  /// A model that computes so.
  func apply(to model: Model) throws -> Model {
    var model = try model.converted(to: dtype.dtype)
    if unchecked { model.arithmeticCheck = .reported }
    if convolution == .direct { model.convolutionAlgorithm = .direct }
    if precision == .bfloat16 { model.productPrecision = precision }
    if let threads { Torch.setThreadCount(threads) }
    if let memory {
      model.memoryBudget = memory
      Torch.setMemoryLimit(memory.bytes)
    }
    return model
  }
}

/// The precision of a computation.
enum Precision: String, ExpressibleByArgument, CaseIterable {
  case float32, float64

  var dtype: DType { self == .float32 ? .float32 : .float64 }
}

extension ConvolutionAlgorithm: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}

extension MemoryBudget: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
