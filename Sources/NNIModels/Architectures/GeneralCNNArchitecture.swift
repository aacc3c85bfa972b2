/// The digit classifiers of the original package: two convolutions, pooling before the rectifier, two
/// dense layers.
///
/// `general_cnn` is also the network of its evidential classifier; `cnn_dropout` has dropout in
/// addition, and `am_cnn` is the same without containers, so that its parameters have other names.
public enum GeneralCNNArchitecture {
  private enum Form {
    case plain, dropout, flat
  }

  private static func layOut(_ net: inout NetworkBuilder, _ form: Form) throws {
    let features = form == .flat ? "" : "features."
    let classifier = form == .flat ? "" : "classifier."
    var channels = net.extent(of: "\(features)conv1.weight", axis: 1, default: 1)
    for (index, width) in [(1, 10), (2, 20)] {
      try net.convolution("\(features)conv\(index)", channels, width, kernel: 5)
      if form == .dropout { try net.dropout("\(features)drop\(index)", dropsChannels: true) }
      try net.maxPool("\(features)pool\(index)", 2, stride: 2)
      try net.relu("\(features)relu\(index)")
      channels = width
    }
    try net.add(FlattenLayer(), as: "flatten")
    try net.dense("\(classifier)fc1", 20 * 4 * 4, 50)
    try net.relu("\(classifier)relu3")
    if form == .dropout { try net.dropout("\(classifier)drop3") }
    try net.dense(
      "\(classifier)fc2", 50, net.extent(of: "\(classifier)fc2.weight", axis: 0, default: 10))
  }
}

extension GeneralCNNArchitecture: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      ArchitectureEntry(
        "general_cnn", "The original package's digit classifier", inputSpec: .mnist
      ) { try layOut(&$0, .plain) },
      ArchitectureEntry(
        "cnn_dropout", "The original package's digit classifier with dropout", inputSpec: .mnist
      ) { try layOut(&$0, .dropout) },
      ArchitectureEntry(
        "am_cnn", "The original package's digit classifier for activation maximisation",
        inputSpec: .mnist
      ) { try layOut(&$0, .flat) },
    ]
  }
}
