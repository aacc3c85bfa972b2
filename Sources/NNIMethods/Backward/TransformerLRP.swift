/// Layer-wise relevance propagation through attention, as input times a modified gradient.
///
/// Nodes hand back gradients `g`; the relevance of a value `a` is `a · g`, so that nothing is divided by outputs
/// that are nearly zero, as in deep transformers they often are. Both methods share these rules:
///
/// - linear layers, sums and moves: the derivative, or LRP-γ (``GammaRule``) where a γ is set;
/// - a product of two computed values: half of the derivative to each; a factor that is held, such as a mask or the
///   number of words, is a constant;
/// - normalisations: the divisor is a constant, the mean is differentiated;
/// - activations: `f(x) / x` in place of `f'(x)`.
///
/// `attn-lrp` differentiates the softmax. `cp-lrp` takes attention's weights as constants, so that their values get
/// all relevance, and neither queries nor keys any. `mamba-lrp` does the same, and takes for constants what selects in a
/// scan of selective state spaces: the steps, and how states are written and read.
///
/// ```swift
/// let answer = try TransformerLRP(.attentionAware).attribute(model, input: image, target: .class(3))
/// ```
///
/// - Reference: Achtibat et al. 2024, *AttnLRP* (`achtibat2024attnlrp`); Ali et al. 2022, *XAI for Transformers*
///   (`ali2022xai`); Jafari et al. 2024, *MambaLRP* (`jafari2024mambalrp`); in the form of gradients Arras et al. 2025
///   (`arras2025close`).
public struct TransformerLRP: ConfigurableMethod, RuleBasedMethod {
  /// What relevance does at attention's weights.
  public enum Variant: String, Sendable, CaseIterable {
    /// It passes the softmax by its derivative: AttnLRP.
    case attentionAware = "attn-lrp"
    /// They are constants: CP-LRP.
    case conservative = "cp-lrp"
    /// So is what selects in a scan: MambaLRP.
    case selective = "mamba-lrp"
  }

  /// What a gate `u · f(a)` does in ``Variant/conservative`` and ``Variant/selective``.
  public enum Gate: String, Sendable, CaseIterable {
    /// Half of the relevance to each factor.
    case half
    /// The activation is a constant, and the other factor gets all.
    case constant
  }

  /// Which method.
  public var variant: Variant
  /// γ of convolutions; 0 takes the derivative.
  public var convolutionGamma: Double
  /// γ of dense layers but projections; 0 takes the derivative.
  public var denseGamma: Double
  /// γ of attention's projections: the dense layers that make queries, keys and values, and the one after
  /// the weighted values; 0 takes the derivative.
  public var projectionGamma: Double
  /// What gates do in ``Variant/conservative`` and ``Variant/selective``.
  public var gate: Gate

  /// Creates the method.
  public init(
    _ variant: Variant, convolutionGamma: Double = 0, denseGamma: Double = 0,
    projectionGamma: Double = 0, gate: Gate = .half
  ) {
    self.variant = variant
    self.convolutionGamma = convolutionGamma
    self.denseGamma = denseGamma
    self.projectionGamma = projectionGamma
    self.gate = gate
  }

  public var name: String { variant.rawValue }

  public var promise: MapPromise { .sumsToScore }

  public var options: [MethodOption<Self>] {
    let positive = 0...Double.infinity
    let gammas: [MethodOption<Self>] = [
      .number("gamma-convolution", \.convolutionGamma, "γ of convolutions", in: positive),
      .number("gamma-dense", \.denseGamma, "γ of dense layers but projections", in: positive),
      .number(
        "gamma-projection", \.projectionGamma, "γ of attention's projections", in: positive),
    ]
    guard variant != .attentionAware else { return gammas }
    return gammas + [.choice("gate", \.gate, "what a gate of an activation does")]
  }

  public func rules(
    for graph: Graph, of model: Model, input tensor: Tensor?
  ) throws -> RuleMap {
    let blocks = graph.attentionBlocks
    var entries = try graph.heldFactors()
    if variant == .selective { entries = try graph.selectedShares() + entries }
    if variant != .attentionAware {
      entries += try graph.valueShares(of: .any, portion: 1)
      if gate == .constant {
        entries += graph.gates.map { (.node($0.node), ProductShareRule($0.portions)) }
      }
    }
    func linear(_ gamma: Double) -> any PropagationRule {
      gamma > 0 ? GammaRule(gamma: gamma) : LinearDerivativeRule()
    }
    let projections = graph.projections(of: blocks)
    entries += [
      (.nodes(projections), linear(projectionGamma)),
      (.kind(.dense), linear(denseGamma)),
      (.kind(.convolution), linear(convolutionGamma)),
      (.kinds([.affine, .structural]), LinearDerivativeRule()),
      (.kind(.product), ProductShareRule()),
      (.kind(.normalization), ConstantScaleRule()),
      (.kind(.activation), IdentityActivationRule()),
      (.kind(.softmax), SoftmaxRule()),
      (.kinds([.sum, .concatenation, .averagePooling, .maxPooling, .noise]), GradientRule()),
    ]
    return RuleMap(entries)
  }

  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    RelevancePass.scope(rules: try rules(for: graph, of: model, input: input), in: graph)
  }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    let rules =
      try recording.ownRules
      ?? rules(for: pass.graph, of: recording.model, input: pass.trace[pass.graph.input])
    return try RelevancePass(pass, using: rules, at: node).attribution(by: self)
  }
}

extension Graph {
  /// The dense layers that make an attention's queries, keys and values, or take its weighted values.
  ///
  /// Between them and the products lie only moves, scales, shifts and rotations of positions.
  func projections(of blocks: [AttentionBlock]) -> Set<NodeID> {
    var found: Set<NodeID> = []
    var consumers: [NodeID: [NodeID]] = [:]
    for node in nodes {
      for source in node.inputs { consumers[source, default: []].append(node.id) }
    }
    let passing: Set<LayerKind> = [.structural, .affine, .noise, .concatenation]
    for block in blocks {
      var stack = block.queriesAndKeys + [block.values]
      var seen: Set<NodeID> = []
      while let id = stack.popLast() {
        guard seen.insert(id).inserted, let node = try? self[id] else { continue }
        if node.layer.kind == .dense {
          found.insert(id)
        } else if passing.contains(node.layer.kind) || node.layer is SumLayer {
          stack += node.inputs
        }
      }
      stack = [block.output]
      while let id = stack.popLast() {
        for next in consumers[id] ?? [] where seen.insert(next).inserted {
          guard let node = try? self[next] else { continue }
          if node.layer.kind == .dense {
            found.insert(next)
          } else if passing.contains(node.layer.kind) {
            stack.append(next)
          }
        }
      }
    }
    return found
  }

  /// For the attentions whose weighted values a selector picks, a portion of relevance to the values and what is left
  /// to the weights; products that are no attention's are left out.
  func valueShares(
    of selector: NodeSelector, portion: Double
  ) throws -> [(NodeSelector, any PropagationRule)] {
    let outline = Outline(self)
    return try attentionBlocks.compactMap { block in
      guard selector.matches(try index(of: block.output), in: outline) else { return nil }
      let inputs = try self[block.output].inputs
      let portions = inputs.map { $0 == block.values ? portion : 1 - portion }
      let mixed = inputs.firstIndex(of: block.values)
      return (.node(block.output), ProductShareRule(portions, mixed: mixed))
    }
  }

  /// The products of what is explained with what is held, such as a mask or the number of words: the held factors are
  /// constants that get nothing, the others share alike.
  func heldFactors(
    stabilizer: Double = 1e-6
  ) throws -> [(NodeSelector, any PropagationRule)] {
    let isExplained = leadsBack(to: [try index(of: input)])
    return nodes.compactMap { node in
      let count = node.inputIndices.count { isExplained[$0] }
      guard node.layer.kind == .product, count > 0, count < node.inputIndices.count else {
        return nil
      }
      let portions = node.inputIndices.map { isExplained[$0] ? 1 / Double(count) : 0 }
      return (.node(node.id), ProductShareRule(portions, stabilizer: stabilizer))
    }
  }

  /// The products of which one factor is an activation's value, and what the other gets.
  fileprivate var gates: [(node: NodeID, portions: [Double])] {
    nodes.compactMap { node in
      guard node.layer is ProductLayer, node.inputIndices.count == 2 else { return nil }
      let isActivation = node.inputIndices.map { index in
        var index = index
        while nodes[index].layer.kind == .structural, let source = nodes[index].inputIndices.first {
          index = source
        }
        return nodes[index].layer is ActivationLayer
      }
      guard isActivation[0] != isActivation[1] else { return nil }
      return (node.id, isActivation.map { $0 ? 0 : 1 })
    }
  }
}

extension TransformerLRP: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        TransformerLRP(.attentionAware),
        "Relevance through attention by input times modified gradient (AttnLRP).",
        cites: ["achtibat2024attnlrp", "arras2025close"]),
      MethodEntry(
        TransformerLRP(.conservative),
        "Relevance through attention whose weights count as constants (CP-LRP).",
        cites: ["ali2022xai", "arras2025close"]),
      MethodEntry(
        TransformerLRP(.selective),
        "Relevance through scans of state spaces whose selection counts as constant (MambaLRP).",
        cites: ["jafari2024mambalrp", "arras2025close"]),
    ]
  }
}
