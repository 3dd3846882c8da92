"""What the processes of the tests begin with: more than those of a run, for they plan as well."""

from cnnscope.fork_server import LIBRARIES as OF_JOBS

LIBRARIES = (
    *OF_JOBS, "jinja2", "lime.lime_image", "pandas", "safetensors.torch", "scipy.cluster.vq",
    "shap", "skimage.segmentation", "skimage.util", "sklearn.metrics", "snakemake.cli",
    "snakemake.report", "snakemake.scheduling", "torch._dynamo", "torch.distributed", "torch.onnx",
    "torch.utils.tensorboard",
)  # fmt: skip
