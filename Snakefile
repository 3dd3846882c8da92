# cnnscope: explain an image-classifying CNN.   snakemake --cores 2   |   snakemake -n   |   README.md
#
# results/<run>/
#   dataset/                        the demo's images, masks and labels (when no dataset is given)
#   data/<split>.npy .csv           every image of a split, decoded once: uint8 (N, H, W, C)
#   manifest.csv                    split, position, label, path, width, height of every image
#   class_distribution.csv          images a class: of the whole dataset, of each split
#   model/layers.csv                layers: type, output size, parameters, multiply-adds
#   model/weights.safetensors       trained here, or read from the checkpoint
#   model/history.csv               training curves, ours or model.history
#   tensorboard/                    event files: scalars, histograms, graph (when trained)
#   predictions/<split>.npy .json   logits (N, K)
#   image_sets/<name>.npy .json     the images that questions are asked about
#   attributions/<method>.npy       float32 (N, H, W); .npz what else the method made; .json facts
#   filters/<layer>.npy .npz .json  pictures (F, H, W, C), activation maps, objectives
#   activations/<layer>.npy .json   output of each layer (N, C, h, w); layers.csv lists them
#   top_images/<layer>.npy .npz .json   activation maps (F, K, h, w), positions, responses
#   class_pictures.npy, deep_dream.npy  pictures (P, H, W, C) with .npz and .json
#   scores/*.csv, scores/confusion.npy  of metrics, methods and classes; interventions, shortcuts
#   figures/*.png, report.html      what each shows stands in README.md; all in one page
#   records/<rule>_<label>.json     what each file was made from, its digest: snakemake why, verify
#   logs/
# results/.store/<rule>/<label>-<key>/   each result under the key of what it was made from; from there
#                                   it is published under the names above: snakemake gc
from snakemake.utils import min_version

min_version("9.0")


report: "captions/workflow.rst"


include: "rules/common.smk"
include: "rules/collect.smk"
include: "rules/data.smk"
include: "rules/model.smk"
include: "rules/explain.smk"
include: "rules/evaluate.smk"
include: "rules/figures.smk"
include: "rules/publish.smk"
include: "rules/store.smk"
include: "rules/around.smk"


rule all:
    input:
        EVERYTHING,


onstart:
    begin()


onsuccess:
    say_where()


onerror:
    print(f"\n{failures(log)}", file=sys.stderr)
