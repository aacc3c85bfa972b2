import NNICommands

NNI.main()
