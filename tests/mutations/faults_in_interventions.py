"""Faults in the pictures that are painted again, and in what is made of them."""

from mutation import Mutation, faults_of

PAINTED = "demo/test_interventions.py"
TRIED = "demo/test_trials.py"
HELD = "evaluation/test_interventions_protocols.py"
SCORED = "evaluation/test_trial_scores.py"
PLANNED = "planning/test_planned_interventions.py"
INTERVENTIONS: list[Mutation] = [
    *faults_of(
        "cnnscope_demo/objects.py",
        PAINTED,
        ("what is left out is painted", "            if out:\n", "            if False:\n"),
        (
            "between two slices that are out a shadow stays",
            "groupby(self._spans(), lambda span: span[0] in self.left_out)",
            "[(s[0] in self.left_out, [s]) for s in self._spans()]",
        ),
        ("what lies above hides nothing", "*= 1 - share", "*= 1"),
        ("a slice is seen where its neighbours are", "share * own", "share"),
        (
            "many pieces are as many objects",
            "min(len(items), PORTIONS)",
            "len(items)",
        ),
    ),
    *faults_of(
        "cnnscope_demo/canvas.py",
        PAINTED,
        ("nothing is taken out", "d = self.objects.kept(frame, d)", "self.objects.kept(frame, d)"),
    ),
    *faults_of(
        "cnnscope_demo/scene.py",
        PAINTED,
        ("the shadow of a rim stays", " and dish not in objects.left_out", ""),
    ),
    *faults_of(
        "cnnscope_demo/crockery.py",
        PAINTED,
        ("the shadow of a bowl stays", "canvas.objects.kept(frame, d), 0.6", "d, 0.6"),
    ),
    *faults_of(
        "cnnscope_demo/interventions.py",
        PAINTED,
        (
            "two parts share a pixel",
            " & (shares.argmax(0) == np.arange(len(shares))[:, None, None])",
            "",
        ),
        ("pictures of testing by class", "number, label = divmod", "label, number = divmod"),
    ),
    *faults_of(
        "cnnscope_demo/trials.py",
        TRIED,
        ("parts by their place, not their number", "{self._numbers[part] for", "{part for"),
        ("masks keep another frame", "masks.any((1, 2))", "masks.any((1, 2)) | True"),
        ("all is drawn every time", "if one not in self._logits]", "]"),
        ("what was hidden comes to light", "numbers = range(self._parts.objects)", "pass"),
    ),
    *faults_of(
        "cnnscope/evaluation/_interventions.py",
        HELD,
        ("noise ranks the areas", "return whole - whole.mean()", "return whole"),
        ("the correlation is no score", "0.5 + 0.5 * (first @ second)", "(first @ second)"),
        ("ties are broken", "mean_ranks(values) -", "1 + values.argsort().argsort() -"),
        ("a part that speaks against is relevant", " | (drops < 0)", ""),
        ("a logit below 0 has no share", "abs(_RELEVANT * logit)", "_RELEVANT * logit"),
        ("the relevant distract", "important[:, irrelevant]", "important[:, ~irrelevant]"),
        ("both checks want the same", "(left != predicted)", "(left == predicted)"),
        (
            "the classes are swapped",
            "favour.argmax(), favour.argmin()",
            "favour.argmin(), favour.argmax()",
        ),
        ("completeness is no mean", "+ deletion.mean(0)) / 2", "+ deletion.mean(0)) * 2"),
    ),
    *faults_of(
        "cnnscope/evaluation/_trial_scores.py",
        SCORED,
        ("all maps are judged by plain sums", "if maps.signed else", "if True else"),
        ("what is important is left out and kept", "np.flatnonzero(~one)", "np.flatnonzero(one)"),
        ("food is background", "~picture.tells", "picture.tells"),
        ("another class is second", '"stable")[:2]', '"stable")[[0, 2]]'),
    ),
    *faults_of(
        "cnnscope/evaluation/_trial_tables.py",
        SCORED,
        (
            "what is not known counts",
            "mean_and_interval(values, rng)",
            "mean_and_interval(np.nan_to_num(values), rng)",
        ),
        ("the level is that of another protocol", ".get(protocol, np.empty(0))", '.get("SD")'),
    ),
    *faults_of(
        "cnnscope/figures/interventions.py",
        "figures/test_drawn_interventions.py",
        ("every row is the first", "_show(axes, place,", "_show(axes, 0,"),
        ("the level is not drawn", "        if chance:\n", "        if False:\n"),
    ),
    *faults_of(
        "cnnscope/planning/interventions.py",
        PLANNED,
        ("both classes are the first", '| {"target": target}', '| {"target": "predicted"}'),
        ("datasets are asked", "if run.dataset is not None or", "if"),
    ),
    *faults_of(
        "cnnscope/planning/questions.py",
        PLANNED,
        ("a dataset is not refused", 'if "interventions" in asked and', "if False and"),
    ),
    *faults_of(
        "cnnscope/attribution/targets.py",
        "attribution/test_saliency.py",
        ("the second is the last", 'kind="stable")[:, 1]', 'kind="stable")[:, -1]'),
    ),
]
