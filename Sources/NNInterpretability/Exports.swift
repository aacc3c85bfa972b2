@_exported public import NNIImages
@_exported public import TorchTensor
