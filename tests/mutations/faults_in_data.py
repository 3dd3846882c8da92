"""Faults in what is read of images and of their labels."""

from mutation import faults_of

DATA = [
    *faults_of(
        "cnnscope/data/decode.py",
        "data/test_decode_jpeg.py data/test_decode.py",
        ("photographs are not turned upright", "ImageOps.exif_transpose(opened)", "opened.copy()"),
        ("mirrored orientations are taken for upright", "in (5, 6, 7, 8)", "in (6, 8)"),
        (
            "a JPEG is decoded at the very size",
            "(2 * preprocessing.size, 2 * preprocessing.size)",
            "(preprocessing.size, preprocessing.size)",
        ),
        (
            "a JPEG is decoded larger than is needed",
            "(2 * preprocessing.size, 2 * preprocessing.size)",
            "(4 * preprocessing.size, 4 * preprocessing.size)",
        ),
        ("16 bits are clipped", "deep // 257", "deep.clip(0, 255)"),
        ("transparency is laid on black", 'coloured.size, "white"', 'coloured.size, "black"'),
        (
            "rows do not close up behind a broken image",
            "rows[row] = rows[place]",
            "rows[row] = rows[row]",
        ),
    ),
    *faults_of(
        "cnnscope/data/preprocessing.py",
        "data/test_preprocessing.py",
        (
            "pixels are picked, not averaged",
            "Image.Resampling[how.interpolation.upper()]",
            "Image.Resampling.NEAREST",
        ),
        (
            "a JPEG is decoded at reduced size before it is cropped",
            '(self.fit, self.interpolation, self.antialias) == ("stretch", "bilinear", True)',
            "self.antialias",
        ),
        ("the longer side is resized", "width <= height else", "width > height else"),
        ("a half is rounded down", "-round((side - size) / 2)", "-((side - size) // 2)"),
        ("the colour around an image is black", "tuple(how.fill) or 0", "0"),
    ),
    *faults_of(
        "cnnscope/data/tensor_resize.py",
        "data/test_preprocessing.py",
        ("grey levels are cut off, not rounded", ".round()", ""),
    ),
    *faults_of(
        "cnnscope/data/image_sets.py",
        "data/test_image_sets.py",
        (
            "a background is not balanced",
            "for r in range(rounds) for c in order if",
            "for c in order for r in range(rounds) if",
        ),
        ("right images are taken for wrong ones", '(which == "correct")', '(which == "wrong")'),
        (
            "the example of a mix-up is the least sure",
            "lead[places].argmax()",
            "lead[places].argmin()",
        ),
    ),
    *faults_of(
        "cnnscope/data/class_counts.py",
        "data/test_class_counts.py",
        (
            "every split has the counts of all",
            "[found[split, label] for",
            "[sum(found[s, label] for s in SPLITS) for",
        ),
    ),
    *faults_of(
        "cnnscope/data/pixel_table.py",
        "data/test_pixel_table.py data/test_dataset.py",
        (
            "rows and columns of a picture are swapped",
            "isqrt(len(pixels)), -1)",
            "isqrt(len(pixels)), -1).T",
        ),
        (
            "validation and testing change places",
            '"PublicTest": "validation", "PrivateTest": "testing"',
            '"PublicTest": "testing", "PrivateTest": "validation"',
        ),
    ),
]
