# Public names, lowest floor first. This file is read at run time (lazy_loader) and by type checkers.

# 1 kernels: loops
from .kernels import warmup as warmup

# 2 space: where things are
from .space.grid import Grid as Grid
from .space.resample import interpolate as interpolate, pull as pull, resample as resample
from .space.reslice import reslice as reslice

# 3 similarity: how alike
from .similarity.joint import (
    correlation as correlation,
    correlation_ratio as correlation_ratio,
    mutual_information as mutual_information,
    normalized_mutual_information as normalized_mutual_information,
    ssd as ssd,
    supervised_likelihood_ratio as supervised_likelihood_ratio,
)

# 4 optimize: minimisers
from .optimize.descent import (
    GD as GD,
    VGD as VGD,
    Adagrad as Adagrad,
    Adam as Adam,
    LineSearch as LineSearch,
    Momentum as Momentum,
    Nesterov as Nesterov,
    RMSProp as RMSProp,
)
from .optimize.differences import (
    approx_gradient as approx_gradient,
    approx_hessian as approx_hessian,
    approx_hessian_diag as approx_hessian_diag,
)
from .optimize.minimize import minimize as minimize
from .optimize.optimizer import Optimizer as Optimizer
from .optimize.result import Result as Result

# 5 engines: searches for a transform
from .engines.shifts import ShiftSearch as ShiftSearch, search_shifts as search_shifts

# 6 course: what notebooks use
from .course import plots as plots, samples as samples, widgets as widgets
from .course.handout import (
    JointHist as JointHist,
    MI as MI,
    SSD as SSD,
    corr as corr,
    translation as translation,
)

# 7 grading: checks, hints and solutions in the notebook
from .grading.notebook import check as check, hint as hint, predict as predict, solution as solution
