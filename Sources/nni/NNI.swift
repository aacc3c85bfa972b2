public import ArgumentParser
import NNInterpretability

/// The command line, for a program of one's own that adds to the catalogue first.
///
/// ```swift
/// try Catalog.register([InputItself.self])
/// NNI.main()
/// ```
public struct NNI: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "nni",
    abstract: "Shows why a trained network decides as it does, and how sure it is of it.",
    discussion: """
      Examples:
        nni explain squeezenet1_1 photo.jpg --output out
        nni explain my.onnx photo.jpg --method grad-cam --method lrp-gamma:gamma=0.1 --output out
        nni inspect my.onnx
        nni methods integrated-gradients

      A model is a file (.onnx, or .safetensors or .pt with its card beside it) or the name of a shipped one.
      Completion for your shell: nni --generate-completion-script bash
      """,
    version: "\(Release.version) (libtorch \(Torch.version))",
    subcommands: [
      ExplainCommand.self, CompareCommand.self, PredictCommand.self, AttributeCommand.self,
      InspectCommand.self, PlanCommand.self, UncertaintyCommand.self, CalibrateCommand.self,
      EvaluateCommand.self, MaximizeCommand.self, DreamCommand.self, ExamplesCommand.self,
      TrainCommand.self, MethodsCommand.self, MetricsCommand.self, ModelsCommand.self,
      DataCommand.self,
    ])

  /// Creates the command.
  public init() {}

  /// Runs the command; ends with 0 when done, 1 when something failed, 2 for wrong use.
  public static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      Terminal.end(0)
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    if let code = error as? ExitCode { Terminal.end(code.rawValue) }
    if exitCode(for: error) == .success {
      print(fullMessage(for: error))
      Terminal.end(0)
    }
    if let failure = error as? InterpretabilityError {
      Terminal.report("nni: \(failure)")
      Terminal.end(failure.isWrongUse ? 2 : 1)
    }
    if exitCode(for: error) == .validationFailure {
      Terminal.report(fullMessage(for: error))
      Terminal.end(2)
    }
    Terminal.report("nni: \(error)")
    Terminal.end(1)
  }
}

extension InterpretabilityError {
  /// Whether the request was wrong, and not the data.
  fileprivate var isWrongUse: Bool { code == .invalidOption || code == .invalidTarget }
}
