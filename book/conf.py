"""Settings of the book. Build it with ``python book/build.py``, which makes the pages that are not written by hand."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = HERE / "_build" / "scripts"
if not SCRIPTS.is_dir():
    msg = "the book has generated parts: build it with `python book/build.py`, not with sphinx-build alone"
    raise SystemExit(msg)

sys.path.insert(0, str(HERE.parent))

import coursereg  # noqa: E402

project = "coursereg"
author = "The coursereg team"
copyright = "the coursereg team, BSD 3-Clause licence"  # noqa: A001
version = release = coursereg.__version__
language = "en"

extensions = [
    "sphinx_external_toc",
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx.ext.extlinks",
    "sphinx.ext.mathjax",
    "sphinxcontrib.bibtex",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "units/released", "**/.ipynb_checkpoints"]
external_toc_path = "_toc.yml"
templates_path = ["_templates"]
nitpicky = True
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"

# --- pages and notebooks ----------------------------------------------------------------------------------------------
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]  # Explore also offers a form for JupyterLab
nb_execution_mode = "off"  # build.py runs the notebooks
nb_output_stderr = "show"
nb_ipywidgets_js = {"widgets/require.js": {}, "widgets/embed-amd.js": {}}
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# --- reference --------------------------------------------------------------------------------------------------------
autodoc_typehints = "none"  # the docstrings say more than the annotations: shapes, units
add_module_names = False
extlinks = {"doi": ("https://doi.org/%s", "doi:%s")}
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
numpydoc_validation_checks = set()
nitpick_ignore_regex = [
    (r"py:.*", r"coursereg\.kernels\..*"),  # the loops are read in their files; they have no pages
    (r"py:(obj|class)", r"(numpy|scipy|np|matplotlib|ipywidgets|anywidget)\..*"),
]

# --- look, all of it local --------------------------------------------------------------------------------------------
html_theme = "sphinx_book_theme"
html_title = "coursereg"
html_static_path = ["_static", "_build/scripts"]
html_css_files = ["book.css"]
html_copy_source = False  # what a page is made from is not what its reader should get
html_show_sourcelink = False
html_last_updated_fmt = None
mathjax_path = "mathjax/tex-svg-full.js"
mathjax3_config = {"options": {"enableMenu": False}}  # parts of the menu would ask the network
html_context = {"default_mode": "auto"}
html_theme_options = {
    "navbar_persistent": [],  # the search field stands in the side bar already
    "use_download_button": False,  # the released notebook is linked on the page itself
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "show_navbar_depth": 1,
    "home_page_in_toc": True,
    "logo": {"text": "coursereg"},
}
