"""Groups of networks, the ways that they are exported with the files' kinds, and methods with their options."""

GROUPS = ("classification", "segmentation", "detection", "video", "written", "transformers", "timm")
EXPORTERS = {"legacy": "onnx", "dynamo": "onnx", "pt2": "pt2"}
METHODS = {
    "integrated-gradients": {"steps": 8}, "deeplift-rescale": {}, "lrp-epsilon": {}, "guided-backprop": {},
    "grad-cam": {},
}
