"""Faults in the pages that are made, and in the workflow that is deployed from a repository."""

from mutation import faults_of

PAGES = faults_of(
    "docs/make_method_pages.py",
    "test_docs.py",
    ("every method has a residual", 'if "`residual`" not in returns', "if not returns"),
    ("lists run together", r're.split(r"\n(?=- )", block)', "[block]"),
    ("errors are told as explanation", 'current = head[1] or "Args"', 'current = "text"'),
    ("signs the wrong way round", "if method.signed:", "if not method.signed:"),
    ("a layer is not needed", 'if "layer" in method.options:', 'if "layer" in method.needs:'),
)
PICTURES = faults_of(
    "docs/make_method_pictures.py",
    "test_method_pictures.py",
    ("colours of the other kind", '"shap" if method.signed', '"shap" if not method.signed'),
    ("0 is not in the middle", "signed=signed, relative", "signed=False, relative"),
    ("the picture in its own size", "_SCALE * picture.shape[1]", "picture.shape[1]"),
)
DEPLOYED = faults_of(
    "workflow/Snakefile",
    "workflow/test_deployed.py",
    ("any version will do", "if found != [wanted]:", "if not found:"),
    ("no target by default", ", overwrite_default_target=True)", ")"),
    ("a checkout takes the library", "if not _home.is_dir():", "if True:"),
)
PLAN = faults_of(
    "cnnscope/planning/masks.py",
    "test_house.py",
    ("the plan reads pictures", "from cnnscope.data.mask_names", "from cnnscope.data.masks"),
)
