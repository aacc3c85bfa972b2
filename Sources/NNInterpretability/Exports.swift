// What this module is built on; whoever imports it sees that, too.
@_exported public import NNITraining
@_exported public import NNIUncertainty
@_exported public import NNIVisualization
