public import Foundation

/// A training's state in a file, from which it can be continued.
///
/// One safetensors file, written whole or not at all. Tensors are named
/// `network/NAME/PARAMETER` and `optimizer/NAME/SLOT/PARAMETER`; the metadata hold everything else.
public struct TrainingCheckpoint: Sendable {
  /// The state.
  public var state: TrainingState
  /// The recipe's name.
  public var recipe: String
  /// The settings of the training, which must be the same to continue it.
  public var settings: String

  /// Creates a checkpoint.
  public init(_ state: TrainingState, recipe: String, settings: String) {
    self.state = state
    self.recipe = recipe
    self.settings = settings
  }

  /// Everything but tensors, as it stands in the file.
  private struct Record: Codable {
    let epoch: Int
    let step: Int
    let seed: UInt64
    /// Infinity is left out: JSON has none.
    let bestLoss: Double?
    let epochsSinceBest: Int
    let hasStoppedEarly: Bool
    let optimizerSteps: [String: Int]
    let log: TrainingLog
  }

  private static let key = "training_state"

  /// Writes the file.
  ///
  /// - Throws: ``InterpretabilityError`` when the folder is missing or the disk is full; what was there
  ///   before is kept then.
  public func write(to url: URL) throws {
    let record = Record(
      epoch: state.epoch, step: state.step, seed: state.seed,
      bestLoss: state.bestLoss.isFinite ? state.bestLoss : nil,
      epochsSinceBest: state.epochsSinceBest, hasStoppedEarly: state.hasStoppedEarly,
      optimizerSteps: state.optimizers.mapValues(\.step), log: state.log)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var tensors: [(String, Tensor)] = []
    for (network, weights) in state.networks {
      tensors += weights.map { ("network/\(network)/\($0.key)", $0.value) }
    }
    for (network, optimizer) in state.optimizers {
      for (parameter, slots) in optimizer.slots {
        tensors += slots.map { ("optimizer/\(network)/\($0.key)/\(parameter)", $0.value) }
      }
    }
    try SafetensorsFile.write(
      tensors: tensors,
      metadata: [
        Self.key: String(decoding: try encoder.encode(record), as: UTF8.self),
        "recipe": recipe, "settings": settings, "threads": "\(Torch.threadCount)",
      ], to: url)
  }

  /// Reads a file.
  ///
  /// - Throws: ``InterpretabilityError`` when it is missing, malformed, or no checkpoint.
  public init(contentsOf url: URL) throws {
    let file = try SafetensorsFile(contentsOf: url)
    let place = url.lastPathComponent
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, "\(place) \(message)")
    }
    guard let text = file.metadata[Self.key] else {
      throw refuse("is no checkpoint of a training: its metadata have no “\(Self.key)”")
    }
    let record: Record
    do {
      record = try JSONDecoder().decode(Record.self, from: Data(text.utf8))
    } catch {
      throw refuse(JSONFailure.sentence(error))
    }
    let possible = 0...(1 << 40)
    let numbers =
      [record.epoch, record.step, record.epochsSinceBest] + record.optimizerSteps.values
    guard numbers.allSatisfy(possible.contains),
      record.log.rows.allSatisfy({ $0.count == record.log.columns.count })
    else { throw refuse("states impossible numbers of epochs or steps") }
    var networks: [String: StateDict] = [:]
    var optimizers: [String: OptimizerState] = [:]
    for (name, step) in record.optimizerSteps { optimizers[name, default: .init()].step = step }
    for name in file.names {
      let parts = name.split(separator: "/", maxSplits: 3).map(String.init)
      if parts.count == 3, parts[0] == "network" {
        networks[parts[1], default: [:]][parts[2]] = try file[name]
      } else if parts.count == 4, parts[0] == "optimizer" {
        optimizers[parts[1], default: .init()].slots[parts[3], default: [:]][parts[2]] =
          try file[name]
      } else {
        throw refuse("holds a tensor “\(name)”, which belongs to no training")
      }
    }
    var state = TrainingState(networks: networks, optimizers: optimizers, seed: record.seed)
    state.epoch = record.epoch
    state.step = record.step
    state.bestLoss = record.bestLoss ?? .infinity
    state.epochsSinceBest = record.epochsSinceBest
    state.hasStoppedEarly = record.hasStoppedEarly
    state.log = record.log
    self.init(
      state, recipe: file.metadata["recipe"] ?? "", settings: file.metadata["settings"] ?? "")
  }

  /// The state, if it belongs to a training with these settings.
  ///
  /// The number of epochs may differ: a training can be prolonged, and what is done counts.
  /// - Parameter settings: The settings of the training that is to continue.
  /// - Returns: The state to continue from.
  /// - Throws: ``InterpretabilityError`` that shows both settings when they differ.
  public func state(continuing settings: String) throws -> TrainingState {
    guard settings == self.settings else {
      throw InterpretabilityError(
        .invalidOption,
        "the training cannot continue: it was begun with “\(self.settings)”, now it is “\(settings)”"
      )
    }
    return state
  }
}
