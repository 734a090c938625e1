"""Tiny encoders and decoders in the layouts of the SAM family: what is bright at a positive point is inside."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import parser

from segcore.prompting.network_files import NetworkFiles

SAM_ENCODER = """<ir_version: 8, opset_import: ["" : 17]>
encoder (float[1,3,64,64] x) => (float[1,1,16,16] image_embeddings) {
  gray = ReduceMean<axes=[1], keepdims=1>(x)
  image_embeddings = AveragePool<kernel_shape=[4,4], strides=[4,4]>(gray)
}"""
SAM_DECODER = """<ir_version: 8, opset_import: ["" : 17]>
decoder (float[1,1,16,16] image_embeddings, float[1,n,2] point_coords, float[1,n] point_labels,
         float[1,1,16,16] mask_input, float[1] has_mask_input, float[2] orig_im_size)
  => (float[1,1,h,w] masks, float[1,1] iou_predictions)
<int64[2] one_one = {1, 1}, float half = {0.5}, float[1,1] score = {0.75}> {
  inside = Greater(point_labels, half)
  toward = Cast<to=1>(inside)
  count = ReduceSum<keepdims=0>(toward)
  sign = Sub(count, half)
  signed = Mul(image_embeddings, sign)
  size = Cast<to=7>(orig_im_size)
  shape = Concat<axis=0>(one_one, size)
  masks = Resize<mode="nearest">(signed, , , shape)
  iou_predictions = Identity(score)
}"""
SAM2_ENCODER = """<ir_version: 8, opset_import: ["" : 17]>
encoder (float[1,3,64,64] image) => (float[1,1,16,16] high_res_feats_0, float[1,1,16,16] high_res_feats_1,
                                     float[1,1,16,16] image_embed) {
  gray = ReduceMean<axes=[1], keepdims=1>(image)
  image_embed = AveragePool<kernel_shape=[4,4], strides=[4,4]>(gray)
  high_res_feats_0 = Identity(image_embed)
  high_res_feats_1 = Identity(image_embed)
}"""
SAM2_DECODER = """<ir_version: 8, opset_import: ["" : 17]>
decoder (float[1,1,16,16] image_embed, float[1,1,16,16] high_res_feats_0, float[1,1,16,16] high_res_feats_1,
         float[1,n,2] point_coords, float[1,n] point_labels, float[1,1,16,16] mask_input, float[1] has_mask_input)
  => (float[1,2,16,16] masks, float[1,2] iou_predictions)
<float[1,2] scores = {0.25, 0.9}> {
  sum = Add(high_res_feats_0, high_res_feats_1)
  all = Add(sum, image_embed)
  none = Neg(all)
  masks = Concat<axis=1>(none, all)
  iou_predictions = Identity(scores)
}"""
EFFICIENT_ENCODER = """<ir_version: 8, opset_import: ["" : 17]>
encoder (float[b,3,h,w] batched_images) => (float[b,1,h,w] image_embeddings) {
  image_embeddings = ReduceMean<axes=[1], keepdims=1>(batched_images)
}"""
EFFICIENT_DECODER = """<ir_version: 8, opset_import: ["" : 17]>
decoder (float[b,1,h,w] image_embeddings, float[b,q,n,2] batched_point_coords, float[b,q,n] batched_point_labels,
         int64[2] orig_im_size) => (float[b,1,1,y,x] output_masks, float[1,1,1] iou_predictions)
<float half = {0.5}, int64[2] one_one = {1, 1}, int64[1] first = {1}, float[1,1,1] score = {0.5}> {
  signed = Sub(image_embeddings, half)
  shape = Concat<axis=0>(one_one, orig_im_size)
  resized = Resize<mode="nearest">(signed, , , shape)
  output_masks = Unsqueeze(resized, first)
  iou_predictions = Identity(score)
}"""
FAMILIES = {
    "SAM": (SAM_ENCODER, SAM_DECODER),
    "SAM 2": (SAM2_ENCODER, SAM2_DECODER),
    "EfficientSAM": (EFFICIENT_ENCODER, EFFICIENT_DECODER),
}


def write(folder: Path, family: str = "SAM", name: str = "tiny") -> NetworkFiles:
    """Write the two files of a family."""
    files = NetworkFiles(folder / f"{name}.encoder.onnx", folder / f"{name}.decoder.onnx")
    for path, text in zip(files, FAMILIES[family], strict=True):
        onnx.save(parser.parse_model(text), path)
    return files
