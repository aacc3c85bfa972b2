"""Groups of networks, and the ways that they are exported with the files' kinds."""

GROUPS = ("classification", "segmentation", "detection", "video", "written", "transformers", "timm")
EXPORTERS = {"legacy": "onnx", "dynamo": "onnx", "pt2": "pt2"}
