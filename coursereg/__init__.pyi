# Public names, lowest floor first. This file is read at run time (lazy_loader) and by type checkers.

__version__: str

# 0 errors of their own kind
from ._check import (
    AffineInvalidValuesError as AffineInvalidValuesError,
    AffineInversionError as AffineInversionError,
)

# 1 kernels: loops
from .kernels import warmup as warmup

# 2 space: where things are
from .space.affine_map import (
    AffineMap as AffineMap,
    get_direction_and_spacings as get_direction_and_spacings,
    mult_aff as mult_aff,
)
from .space.centers import (
    align_centers_of_mass as align_centers_of_mass,
    align_geometric_centers as align_geometric_centers,
    align_origins as align_origins,
    transform_centers_of_mass as transform_centers_of_mass,
    transform_geometric_centers as transform_geometric_centers,
    transform_grid_centers as transform_grid_centers,
    transform_origins as transform_origins,
)
from .space.combined import ChainTransform as ChainTransform, PolyAffine as PolyAffine
from .space.grid import Grid as Grid
from .space.matrices import (
    inverse_affine as inverse_affine,
    preconditioner as preconditioner,
    slices2aff as slices2aff,
    subgrid_affine as subgrid_affine,
    threshold as threshold,
    to_matrix44 as to_matrix44,
)
from .space.parametric import (
    AffineTransform2D as AffineTransform2D,
    AffineTransform3D as AffineTransform3D,
    ParametricTransform as ParametricTransform,
    RigidIsoScalingTransform2D as RigidIsoScalingTransform2D,
    RigidIsoScalingTransform3D as RigidIsoScalingTransform3D,
    RigidScalingTransform2D as RigidScalingTransform2D,
    RigidScalingTransform3D as RigidScalingTransform3D,
    RigidTransform2D as RigidTransform2D,
    RigidTransform3D as RigidTransform3D,
    RotationTransform2D as RotationTransform2D,
    RotationTransform3D as RotationTransform3D,
    ScalingTransform2D as ScalingTransform2D,
    ScalingTransform3D as ScalingTransform3D,
    TranslationTransform2D as TranslationTransform2D,
    TranslationTransform3D as TranslationTransform3D,
    regtransforms as regtransforms,
)
from .space.pyramid import IsotropicScaleSpace as IsotropicScaleSpace, ScaleSpace as ScaleSpace
from .space.resample import interpolate as interpolate, pull as pull, resample as resample
from .space.reslice import reslice as reslice
from .space.rotations import rotation_mat2vec as rotation_mat2vec, rotation_vec2mat as rotation_vec2mat
from .space.sampling_points import sample_domain_regular as sample_domain_regular
from .space.transforms import (
    Affine as Affine,
    Affine2D as Affine2D,
    Rigid as Rigid,
    Rigid2D as Rigid2D,
    Similarity as Similarity,
    Similarity2D as Similarity2D,
    Transform as Transform,
)
from .space.world_gradient import (
    sparse_world_gradient as sparse_world_gradient,
    world_gradient as world_gradient,
)

# 3 similarity: how alike
from .similarity.joint import (
    correlation as correlation,
    correlation_ratio as correlation_ratio,
    mutual_information as mutual_information,
    normalized_mutual_information as normalized_mutual_information,
    ssd as ssd,
    supervised_likelihood_ratio as supervised_likelihood_ratio,
)
from .similarity.parzen import (
    ParzenJointHistogram as ParzenJointHistogram,
    compute_parzen_mi as compute_parzen_mi,
    cubic_spline as cubic_spline,
    cubic_spline_derivative as cubic_spline_derivative,
)

# 4 io: files to arrays and maps, and back
from .io.images import read_image as read_image, write_image as write_image
from .io.transforms import read_transform as read_transform, write_transform as write_transform

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
from .engines.affine.metrics import (
    AffineCorrelationMetric as AffineCorrelationMetric,
    AffineSSDMetric as AffineSSDMetric,
    MutualInformationMetric as MutualInformationMetric,
)
from .engines.affine.levels import AffineSearchResult as AffineSearchResult
from .engines.affine.registration import AffineRegistration as AffineRegistration
from .engines.affine.alignment import AffineResult as AffineResult, register_affine as register_affine
from .engines.affine.estimate import AffineEstimate as AffineEstimate, estimate_affine as estimate_affine
from .engines.affine.pipeline import affine_registration as affine_registration
from .engines.histogram import (
    HistogramRegistration as HistogramRegistration,
    RegistrationResult as RegistrationResult,
    clamp as clamp,
    ideal_spacing as ideal_spacing,
    smallest_bounding_box as smallest_bounding_box,
    smooth_image as smooth_image,
)
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
from .course.handout_motion import rotation as rotation, transform as transform
from .course.handout_search import Search as Search, search as search

# 7 grading: checks, hints and solutions in the notebook
from .grading.notebook import check as check, hint as hint, predict as predict, solution as solution
