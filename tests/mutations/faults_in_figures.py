"""Faults that draw a plausible picture of another image, class or filter."""

from mutation import faults_of

FIGURES = [
    *faults_of(
        "cnnscope/figures/confusion_matrix.py",
        "figures/test_drawn_confusion.py",
        ("the matrix is transposed", "imshow(rates,", "imshow(rates.T,"),
        (
            "rates are shares of columns",
            "rates = row_rates(counts)",
            "rates = row_rates(counts.T).T",
        ),
        (
            "the names of the axes are swapped",
            'axes.set_xlabel("predicted")\n    axes.set_ylabel("true")',
            'axes.set_xlabel("true")\n    axes.set_ylabel("predicted")',
        ),
        ("the numbers are transposed", 'predicted, true, f"{rate', 'true, predicted, f"{rate'),
        ("the colours end at the largest rate", "vmax=1)", "vmax=rates.max())"),
        (
            "the classes stand in reverse order",
            "for number in classes]",
            "for number in classes[::-1]]",
        ),
        (
            "a mix-up is told the wrong way round",
            "taken for {row['predicted']}",
            "taken for {row['true']}",
        ),
        ("the share right is of the diagonal", "max(counts.sum(), 1)", "max(counts.max(), 1)"),
        ("dark cells have dark numbers", '"white" if dark', '"black" if dark'),
    ),
    *faults_of(
        "cnnscope/figures/lime.py",
        "figures/test_drawn_attributions.py",
        (
            "for and against change colours",
            "colour = np.where(painted[..., None] > 0, _FOR, _AGAINST)",
            "colour = np.where(painted[..., None] > 0, _AGAINST, _FOR)",
        ),
        (
            "the sign of a weight is flipped",
            "np.nan_to_num(weights[segments])",
            "-np.nan_to_num(weights[segments])",
        ),
        (
            "the legend names the colours wrongly",
            'Patch(color=_FOR, label="for',
            'Patch(color=_AGAINST, label="for',
        ),
        ("R2 is that of the first image", "details['r2'][i, place]", "details['r2'][0, place]"),
        ("R2 is that of the first class", "details['r2'][i, place]", "details['r2'][i, 0]"),
        (
            "the weights are those of the first class",
            'details["weights"][i, place]',
            'details["weights"][i, 0]',
        ),
        (
            "the superpixels are those of the first image",
            'details["segments"][i]',
            'details["segments"][0]',
        ),
        (
            "the caption names the first class",
            "class_name(names, explained[i, place])",
            "class_name(names, explained[i, 0])",
        ),
        (
            "every weight is painted alike",
            "0.75 * strength[..., None]",
            "0.75 * (strength[..., None] > 0)",
        ),
        (
            "the verdict is that of the first image",
            'names, label, details["logits"][i]',
            'names, label, details["logits"][0]',
        ),
    ),
    *faults_of(
        "cnnscope/figures/shap.py",
        "figures/test_drawn_attributions.py",
        ("the sign is flipped", "maps[column], cmap", "-maps[column], cmap"),
        ("the scale is not symmetric", "vmin=-bound, vmax", "vmin=maps.min(), vmax"),
        (
            "all rows share a scale",
            "upper_bound(maps[known], _PERCENTILE)",
            "upper_bound(by_class, _PERCENTILE)",
        ),
        (
            "each class has a scale of its own",
            "vmin=-bound, vmax=bound",
            "vmin=-np.abs(maps[column]).max(), vmax=np.abs(maps[column]).max()",
        ),
        ("every column shows the first class", "maps[column], cmap", "maps[0], cmap"),
        (
            "every row shows the first image",
            "imshow(faded,",
            "imshow(255 - (255 - images[0].mean(-1)) * 0.25,",
        ),
        (
            "maps that do not add up are drawn",
            "if not residuals[row] <= LARGEST:",
            "if False:",
        ),
        (
            "a column shows the class of its number",
            "axes, number = grid[row, 1 + column], classes[column]",
            "axes, number = grid[row, 1 + column], column",
        ),
        ("only the first colour channel counts", ": len(images)].sum(2)", ": len(images), :, 0]"),
        (
            "the share is that of the first class",
            "class_name(names, number), shares[number]",
            "class_name(names, number), shares[0]",
        ),
        (
            "the residual is that of the first image",
            "residual {residuals[row]:.0e}",
            "residual {residuals[0]:.0e}",
        ),
    ),
    *faults_of(
        "cnnscope/figures/maps.py",
        "figures/test_drawn_attributions.py figures/test_drawn_maps.py",
        ("every map is the first", "lower.imshow(maps[i],", "lower.imshow(maps[0],"),
        ("the bar of signed maps is cut off", "least = -1 if signed else 0", "least = 0"),
        ("all maps share a scale", "map_limits(maps[i],", "map_limits(maps,"),
        (
            "the caption names the class of another image",
            'details["targets"][i]',
            'details["targets"][i - 1]',
        ),
        ("every image is the first", "images[i], names", "images[0], names"),
        ("every verdict is the first", 'details["logits"][i]', 'details["logits"][0]'),
    ),
    *faults_of(
        "cnnscope/figures/filters.py",
        "figures/test_drawn_filters.py",
        ("every picture is the first", "as_bytes(pictures[row]))", "as_bytes(pictures[0]))"),
        (
            "the numbers of the filters are reversed",
            'in enumerate(details["filters"]):\n        shown, maps',
            'in enumerate(details["filters"][::-1]):\n        shown, maps',
        ),
        (
            "every map is that of the first image",
            "one, cmap=colormap(activations_colours)",
            "maps[0], cmap=colormap(activations_colours)",
        ),
        ("answers below 0 are not seen", "vmin=low, vmax=high", "vmin=0, vmax=high"),
        (
            "the responses are those of the first image",
            "details['objective_images'][row, column]",
            "details['objective_images'][row, 0]",
        ),
        (
            "a rise is told as a fall",
            '["objective_start"][row], details["objective_end"][row]',
            '["objective_end"][row], details["objective_start"][row]',
        ),
    ),
    *faults_of(
        "cnnscope/figures/filter_grid.py",
        "figures/test_drawn_filters.py",
        (
            "the numbers of the tiles are reversed",
            'details["filters"].tolist(), silent',
            'details["filters"][::-1].tolist(), silent',
        ),
        (
            "those that rose are crossed out",
            '["objective_end"] <= details',
            '["objective_end"] > details',
        ),
    ),
    *faults_of(
        "cnnscope/figures/altered_images.py",
        "figures/test_drawn_filters.py",
        (
            "a change has the wrong sign",
            "change = pictures - images / np.float32(255)",
            "change = images / np.float32(255) - pictures",
        ),
        (
            "every photograph became the first",
            "as_bytes(pictures[row, column])",
            "as_bytes(pictures[row, 0])",
        ),
    ),
    *faults_of(
        "scripts/figure_chart.py",
        "figures/test_shown.py",
        (
            "empty sets are not named",
            ' *empty_sets(settings["sets"], snakemake.input.set_images),',
            "",
        ),
        ("the notes are lost", "settings, notes)", "settings)"),
    ),
    *faults_of(
        "cnnscope/figures/top_images.py",
        "figures/test_drawn_filters.py",
        (
            "the images are those of the first filter",
            "enumerate(images[row])",
            "enumerate(images[0])",
        ),
        (
            "the maps are those of the first filter",
            "images[row], maps[row], strict",
            "images[row], maps[0], strict",
        ),
        (
            "the scale is that of all filters",
            "np.median(maps[row]), maps[row].max()",
            "np.median(maps), maps.max()",
        ),
        (
            "the class is that of the strongest image",
            'details["labels"][row, column]',
            'details["labels"][row, 0]',
        ),
        (
            "weak activations hide the image",
            "((one - low) / ((high - low) or 1.0))",
            "((high - one) / ((high - low) or 1.0))",
        ),
    ),
    *faults_of(
        "cnnscope/figures/shown.py",
        "figures/test_shown.py",
        (
            "as many images are shown of each set",
            "for images in sets])[:most]",
            "for images in sets])",
        ),
        (
            "the last images are shown",
            "for images in sets])[:most]",
            "for images in sets])[-most:]",
        ),
        (
            "the line counts those that are not shown",
            "{how_many_images(count)}",
            "{how_many_images(count - len(images))}",
        ),
        (
            "the line is there where all are shown",
            "if len(images) < count",
            "if len(images) <= count",
        ),
    ),
    *faults_of(
        "scripts/figure_samples.py",
        "figures/test_shown.py",
        ("the lines of the sets are lost", "settings, notes)", "settings)"),
    ),
    *faults_of(
        "cnnscope/figures/tiles.py",
        "figures/test_tiles.py",
        ("tiles are half as bright", "np.divide(picture, 255,", "np.divide(picture, 510,"),
    ),
]
