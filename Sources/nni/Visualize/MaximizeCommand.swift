import ArgumentParser
import Foundation
import NNIImages
import NNIReports
import NNIShipped
import NNInterpretability

/// `nni maximize`: images that show what a network looks for.
struct MaximizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maximize",
    abstract:
      "Makes images that raise a class, a channel or any objective: what a network looks for.",
    discussion: """
      Examples:
        nni maximize squeezenet1_1 --class 281 --output out
        nni maximize squeezenet1_1 --channel features.8:42 --channel features.8:43 --output out
        nni maximize squeezenet1_1 --channel features.8:42 --parameterization maco --output out
        nni maximize digits.safetensors --all-classes --stop-at 0.999 --output out
        nni maximize digits.safetensors --all-classes --generator gan.safetensors --output out
        nni maximize squeezenet1_1 --objective 'features.8:42 + 0.5*class:281 - 1e-4*tv' --output out

      Each --class, --channel and --objective makes an image of its own, or --count of them. The terms of
      an objective: class:C, logprob:C, difference:C,D, NODE:CHANNEL, NODE:CHANNEL,ROW,COLUMN, NODE,
      neuron:NODE:CHANNEL, diversity:NODE; dot:NODE:NAME, cosine:NODE:NAME (with --directions);
      inversion:NODE, caricature:NODE:POWER (with --image); entropy, mutual-information (over dropout, or see --over);
      l2, l2norm, l1, the same after code- or mean-, tv, tv2. nni inspect lists nodes.
      """)

  @OptionGroup var model: ModelArgument

  @OptionGroup var goals: MaximizeGoals

  @OptionGroup var settings: MaximizeSettings

  @OptionGroup var distribution: DistributionArguments

  @Option(help: "The folder for pictures, history and state; made if it is not there.")
  var output: String

  @Flag(help: "Go on from the state in the output folder, if there is one.")
  var resume = false

  @OptionGroup var computation: ComputationArguments

  @Flag(help: "Print the history as JSON.")
  var json = false

  func run() throws {
    let network = try computation.apply(to: model.open())
    let canvas = try ImageCanvas(network, size: settings.extents())
    let resources = try MaximizeResources(
      network, canvas, goals: goals, settings: settings, distribution: distribution,
      computation: computation)
    let wanted = try goals.wanted(in: resources.context)
    let maximization = try settings.maximization(wanted, resources: resources)
    let stateFile = URL(filePath: output, directoryHint: .isDirectory)
      .appending(path: "state.safetensors")
    var state =
      resume && FileManager.default.fileExists(atPath: stateFile.path)
      // Read to go on and to be replaced.
      ? try FilesRead.$current.withValue(nil) { try MaximizationState(contentsOf: stateFile) }
      : try maximization.begin(on: network)
    let folder = try OutputFolder(output)
    try optimize(maximization, network, &state, stateFile)
    try MaximizeOutput(
      maximization: maximization, canvas: canvas, network: network, wanted: wanted, state: state
    ).write(to: folder.url, json: json)
  }

  /// Runs; the state is written every few seconds, so that little is lost when somebody stops it.
  private func optimize(
    _ maximization: ActivationMaximization, _ network: Model, _ state: inout MaximizationState,
    _ file: URL
  ) throws {
    let clock = ContinuousClock()
    // A finished run goes on when more steps are asked for; `run` knows.
    repeat {
      let begin = clock.now
      do {
        try maximization.run(on: network, from: &state) { progress in
          let scores = progress.scores.prefix(3).map {
            $0.formatted(.number.precision(.significantDigits(4)))
          }
          Terminal.progress(
            "score \(scores.joined(separator: " ")), \(progress.finished) of "
              + "\(progress.scores.count) done", progress.step, of: progress.steps)
          if begin.duration(to: clock.now) > .seconds(10) { throw Pause() }
        }
      } catch is Pause {}
      try state.write(to: file)
    } while !state.history.isFinished
    Terminal.clearProgress()
  }

  /// Time to write the state.
  private struct Pause: Error {}
}
