// What this module is built on; whoever imports it sees that, too.
@_exported public import TorchTensor
