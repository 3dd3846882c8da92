"""Faults that a test must notice: each is one changed place in the code."""

from faults_in_answers import ANSWERS
from faults_in_ascents import ASCENTS
from faults_in_cams import CAMS
from faults_in_charts import CHARTS
from faults_in_chosen_layers import CHOSEN_LAYERS
from faults_in_figures import FIGURES
from faults_in_glue import GLUE
from faults_in_gradients import GRADIENTS
from faults_in_learning import LEARNING
from faults_in_many_classes import MANY_CLASSES
from faults_in_perturbation import PERTURBATION
from faults_in_pictures import PICTURES
from faults_in_planning import PLANNING
from faults_in_pretrained import PRETRAINED
from faults_in_shards import SHARDS
from mutation import Mutation

MUTATIONS: list[Mutation] = [
    *FIGURES, *CHARTS, *LEARNING, *ANSWERS, *GLUE, *PICTURES, *PLANNING, *SHARDS, *MANY_CLASSES,
    *CHOSEN_LAYERS, *PRETRAINED, *GRADIENTS, *PERTURBATION, *CAMS, *ASCENTS,
]  # fmt: skip
