"""Citations of the papers."""

FCN = "Long, Shelhamer, Darrell: Fully Convolutional Networks for Semantic Segmentation, 2015, arXiv:1411.4038"
DEEPLAB_V1 = (
    "Chen, Papandreou, Kokkinos, Murphy, Yuille: Semantic Image Segmentation with Deep Convolutional Nets and Fully "
    "Connected CRFs, 2014, arXiv:1412.7062"
)
DEEPLAB_V2 = "Chen, Papandreou, Kokkinos, Murphy, Yuille: DeepLab, 2016, arXiv:1606.00915"
DEEPLAB_V3 = (
    "Chen, Papandreou, Schroff, Adam: Rethinking Atrous Convolution for Semantic Image Segmentation, 2017, "
    "arXiv:1706.05587"
)
DEEPLAB_V3PLUS = (
    "Chen, Zhu, Papandreou, Schroff, Adam: Encoder-Decoder with Atrous Separable Convolution for Semantic Image "
    "Segmentation, 2018, arXiv:1802.02611"
)
PSPNET = "Zhao, Shi, Qi, Wang, Jia: Pyramid Scene Parsing Network, 2017, arXiv:1612.01105"
MOBILENET_V3 = "Howard et al.: Searching for MobileNetV3, 2019, arXiv:1905.02244"
EFFICIENTNET = "Tan, Le: EfficientNet, 2019, arXiv:1905.11946 (encoder: EfficientNet-Lite0)"
SEGFORMER = "Xie, Wang, Yu, Anandkumar, Alvarez, Luo: SegFormer, 2021, arXiv:2105.15203"
