"""Store what every channel of the chosen layers makes of the image sets."""

from urllib.parse import quote

from model_context import load_model

from cnnscope.data.set_files import read_sets
from cnnscope.files import replacing_folder, save_array, write_json
from cnnscope.inspection.activations import explain
from cnnscope.job import job
from cnnscope.tables import write_table

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    images, _ = read_sets("activations", settings["sets"], snakemake.input.images, log)
    rows = []
    with replacing_folder(snakemake.output[0]) as folder:
        for name, layer in explain(model, images, layers=settings["layers"], log=log).items():
            shape = list(layer.maps.shape)
            facts = {"layer": name, "type": layer.kind, "shape": shape, "dead": layer.dead}
            # A module's name may hold what a file's may not.
            file = folder / f"{quote(name, safe='')}.npy"
            write_json(file.with_suffix(".json"), facts | {"units": "output of the layer"})
            save_array(file, layer.maps)
            rows.append((name, layer.kind, file.name, *shape[1:], len(layer.dead)))
            log(f"layer {name} ({layer.kind}): {len(layer.dead)} of {shape[1]} channels dead")
        columns = ("layer", "type", "file", "channels", "height", "width", "dead")
        write_table(folder / "layers.csv", columns, rows)
