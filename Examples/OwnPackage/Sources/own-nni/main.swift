import NNICommands
import NNIShipped
import NNInterpretability
import OwnExplanations

// `nni` with everything of this package in its lists.
try Catalog.register(OwnExplanations.types)
NNI.main()
