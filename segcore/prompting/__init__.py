"""Prompting: click to segment, with any network of the SAM family that was exported as two ONNX files."""
